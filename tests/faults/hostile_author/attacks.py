"""The attacks, and why the author is expected to win where he is; None where the host shall."""

UNSEEN = "nobody accuses: no frame of the plugin on the main thread, or an end that counts as ours"
SIGNALS = "one user runs all: a signal to itself or its parent is taken for an operator's"
SHARED = "what belongs to the whole process is changed through the standard library"
ONE_USER = "the check and the server have the rights of who runs them, files and /proc included"
TEXTS = "what the package says goes into the database unlooked at, in one transaction for all"

SERVING: dict[str, str | None] = {
    "kills-itself": SIGNALS,
    "exits-in-order": None,
    "stops-itself": SIGNALS,
    "ends-the-server": SIGNALS,
    "sleeps-unseen": UNSEEN,
    "dies-unseen": UNSEEN,
    "computes-in-a-thread": None,
    "spins-in-threads": None,
    "fills-the-pool": "all plugins share one pool of threads, and what sleeps there keeps its thread",  # noqa: E501
    "takes-the-room-of-data": "only resident memory is weighed, the limit is on what is asked for",
    "takes-descriptors": None,
    "lowers-descriptors": SHARED,
    "closes-descriptors": SHARED,
    "raises-by-timer": SHARED,
    "makes-shallow": SHARED,
    "cancels-everybody": SHARED,
    "stops-the-loop": SHARED,
    "ends-the-pool": SHARED,
    "goes-on-twice": "a copy of the process has its connections",
    "leaves-processes": None,
    "holds-a-little": None,
    "accuses-another": "words are files that every process of the server may write",
    "says-nonsense": None,
    "never-ends": None,
    "ends-as-a-generator": None,
    "streams-for-ever": None,
    "collects": None,
    "floods-the-log": None,
    "import-computes": UNSEEN,
    "import-spins": None,
    "import-sleeps": None,
}

TABLES: dict[str, str | None] = {
    "locks-partitions": None,
    "locks-people": None,
    "locks-worker-out": None,
    "floods-events": None,
    "floods-audit": None,
    "audits-as-another": "the actor of host.audit is an argument",
    "queues-without-key": None,
    "cancels-jobs": None,
    "floods-channel": None,
    "catches-its-end": None,
    "spills": "temp_file_limit is not set",
    "fills-the-log": "plpgsql is everybody's, and RAISE LOG has no limit",
    "counts-others": "the catalogue is everybody's",
    "changes-its-password": "every role may; it locks itself out",
    "a-migration-catches-its-end": None,
}

TAKING_IN: dict[str, str | None] = {
    "nul-in-an-error": None,
    "nul-in-a-title": None,
    "nul-in-an-id": None,
    "deep-manifest": None,
    "large-manifest": None,
    "deep-origin": None,
    "long-version": None,
    "pipe-among-files": None,
    "record-beside-package": "files beside the package are not looked at",
    "core-by-name": "known limit: the source is read, not followed",
    "another-by-name": "known limit: the source is read, not followed",
    "core-role": "names of desk roles are not compared with the core's",
    "helper-outside": "the fingerprint ends at the package's folder",
    "linked-file": None,
    "linked-folder": None,
    "compiled-only": None,
    "leaves-a-process": "a session of its own leaves the group that is ended",
    "writes-to-another": ONE_USER,
    "reads-parent": ONE_USER,
}

ANSWERS: dict[str, str | None] = {
    "odd-status": None,
    "splits": None,
    "says-less": None,
    "long-header": None,
    "own-page": None,
    "names-routes": "the label is read from what the plugin may write",
    "slow-bodies": None,
}
