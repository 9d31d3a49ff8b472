"""The attacks, and why the author may win where he may; None where the host shall."""

UNSEEN = "nobody accuses: no frame of the plugin stands where the process sleeps"
ONE_USER = "the check and the server have the rights of who runs them, files and /proc included"
TEXTS = "what the package says goes into the database unlooked at, in one transaction for all"

SERVING: dict[str, str | None] = {
    "kills-itself": None,
    "exits-in-order": None,
    "stops-itself": None,
    "ends-the-server": None,
    "sleeps-unseen": UNSEEN,
    "dies-unseen": UNSEEN,
    "computes-in-a-thread": None,
    "spins-in-threads": None,
    "fills-the-pool": None,
    "takes-the-room-of-data": "what others ask for meanwhile fails too, until it is suspended",
    "takes-descriptors": None,
    "lowers-descriptors": None,
    "closes-descriptors": None,
    "raises-by-timer": None,
    "makes-shallow": None,
    "cancels-everybody": "what is under way is lost; the process ends and it is suspended",
    "stops-the-loop": None,
    "ends-the-pool": None,
    "goes-on-twice": None,
    "leaves-processes": None,
    "holds-a-little": None,
    "accuses-another": "words are files that every process of the server may write",
    "says-nonsense": None,
    "never-ends": None,
    "ends-as-a-generator": None,
    "streams-for-ever": None,
    "collects": None,
    "floods-the-log": None,
    "import-computes": None,
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
    "names-routes": None,
    "slow-bodies": None,
}
