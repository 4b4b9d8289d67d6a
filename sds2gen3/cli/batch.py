"""`sds2gen3 batch`: many datasets at once, each in a process of its own, with one report and one exit code."""

from __future__ import annotations

from typing import Annotated

import typer

from sds2gen3.cli.batch_run import Batch, run
from sds2gen3.cli.convert import Form
from sds2gen3.cli.options import ALL_BUT_SELECT, CONNECT, Given, shared
from sds2gen3.errors import UsageError

BATCH = "Batch"

app = typer.Typer(
    name="batch",
    no_args_is_help=True,
    help="Many datasets: all below a folder or an address.",
    epilog="Examples:\n  sds2gen3 batch validate my_datasets --output out\n"
    "  sds2gen3 batch convert my_datasets --output out --resume",
)

Roots = Annotated[
    list[str],
    typer.Argument(
        metavar="ROOT", help="Folder or address (s3://...) with datasets in it, at any depth.", show_default=False
    ),
]
Out = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="OUT",
        rich_help_panel=BATCH,
        help="Folder or address for the results; each dataset gets a folder below it.",
        show_default=False,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        metavar="N",
        min=1,
        rich_help_panel=BATCH,
        help="Datasets worked on at a time (default: one for each core).",
        show_default=False,
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=0.001,
        rich_help_panel=BATCH,
        help="Give up a dataset that takes longer (default: never).",
        show_default=False,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", rich_help_panel=BATCH, help="Leave out what was done before and has not changed since, by content."
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        rich_help_panel=BATCH,
        help="Run on the Dask cluster with that scheduler, such as tcp://host:8786; 'local' starts one here.",
        show_default=False,
    ),
]


@app.command(
    "validate",
    epilog="Examples:\n  sds2gen3 batch validate my_datasets --output out\n"
    "  sds2gen3 batch validate study_a study_b --output out --format junit > report.xml",
)
@shared()
def validate(
    given: Given,
    roots: Roots,
    output: Out,
    jobs: Jobs = None,
    timeout: Timeout = None,
    resume: Resume = False,
    cluster: Cluster = None,
) -> None:
    """Check every dataset below the roots. The findings of each are kept in OUT too.

    Exit code 0: no errors. 1: some data have errors.
    """
    from sds2gen3.cli.batch_work import Desk, Validating

    desk = Desk(given)
    raise typer.Exit(run(Batch("validate", roots, output, jobs, timeout, resume, cluster), Validating(desk), desk))


@app.command(
    "convert",
    epilog="Examples:\n  sds2gen3 batch convert my_datasets --output out\n"
    "  sds2gen3 batch convert s3://bucket/datasets --output s3://bucket/records --jobs 8",
)
@shared(*ALL_BUT_SELECT)
def convert(
    given: Given,
    roots: Roots,
    output: Out,
    form: Annotated[Form, typer.Option("--as", rich_help_panel="Output", help="Form of the records.")] = Form.JSON,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", rich_help_panel="Output", help="Write also where the data has errors.")
    ] = False,
    jobs: Jobs = None,
    timeout: Timeout = None,
    resume: Resume = False,
    cluster: Cluster = None,
) -> None:
    """Turn every dataset below the roots into Gen3 records: in OUT, a folder for each, as 'convert' writes it.

    Exit code 0: no errors. 1: some data have errors.
    """
    from sds2gen3.cli.batch_work import Converting, Desk

    desk = Desk(given, whole=True)
    batch = Batch("convert", roots, output, jobs, timeout, resume, cluster)
    raise typer.Exit(run(batch, Converting(desk, form, keep_going), desk))


@app.command(
    "submit",
    epilog="Examples:\n  sds2gen3 batch submit my_datasets --output out --project heart\n"
    "  sds2gen3 batch submit my_datasets --output out --credentials ~/.gen3/credentials.json --resume",
)
@shared(*ALL_BUT_SELECT, *CONNECT)
def submit(
    given: Given,
    roots: Roots,
    output: Out,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", rich_help_panel="Sending", help="Also into projects that hold other records.")
    ] = False,
    chunk_size: Annotated[
        int, typer.Option("--chunk-size", rich_help_panel="Sending", min=1, max=1000, help="Records in one request.")
    ] = 100,
    jobs: Jobs = None,
    timeout: Timeout = None,
    resume: Resume = False,
    cluster: Cluster = None,
) -> None:
    """Send every dataset below the roots to a Gen3 commons: those of one project one after the other.

    OUT keeps the ledger of each. Exit code 0: all is there. 1: some data have errors. 3: the commons could not be reached.
    4: a part is there, run again.
    """
    from sds2gen3.cli.batch_submit import Submitting
    from sds2gen3.cli.batch_work import Desk
    from sds2gen3.cli.cargo import connected

    if given.credentials == "-":
        hint = "Give a file that every worker can read, or set GEN3_API_KEY."
        raise UsageError.of("C912", "--credentials - is read once, and a batch has many workers.", hint=hint)
    connected(given)  # a key that is missing is told once, before the work
    desk = Desk(given, whole=True, sends=True)
    batch = Batch("submit", roots, output, jobs, timeout, resume, cluster)
    raise typer.Exit(run(batch, Submitting(desk, yes, chunk_size), desk))
