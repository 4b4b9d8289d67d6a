"""The way back: records to SDS tables, tables of one SDS version to another, and tables to workbooks."""
