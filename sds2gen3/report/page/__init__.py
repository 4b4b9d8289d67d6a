"""The parts of the HTML report: findings by what mends them, sheets as tables, and the templates."""
