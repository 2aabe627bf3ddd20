#!/usr/bin/env python3
"""A worker for Tilewright in plain Python: it needs the server's address and the worker token, no database and no store.

It measures detail: the bits that a tile takes per pixel, which its encoder spends on structure and not on background or
blur. Put a model of your own into `measure`, and describe it in KIND.

    SERVER_URL=http://127.0.0.1:8420 WORKER_TOKEN=... python3 worker.py
"""
import hashlib, itertools, json, math, os, signal, sys, threading, time, urllib.error, urllib.request, uuid

SERVER = os.environ.get("SERVER_URL", "http://127.0.0.1:8420").rstrip("/")
WORKER = os.environ.get("WORKER_ID", f"detail-{os.getpid()}")
CELLS = {"type": "integer", "title": "Cells at most", "minimum": 1, "maximum": 100_000, "default": 4096}
PLAIN = {"type": "number", "title": "Plain below (bit per pixel)", "minimum": 0, "maximum": 24, "default": 0.3}
PARAMETERS = {"type": "object", "properties": {"cells": CELLS, "plain": PLAIN}}
ABOUT = "How much structure there is in each part of the image, by the bits that its tiles take."
IDENTITY = {"name": "detail", "version": "1.0.0"}
KIND = {**IDENTITY, "title": "Detail", "description": ABOUT, "parametersSchema": PARAMETERS, "layerTypes": ["grid"]}


class Refused(Exception):
    """The server's typed answer: asking again would not help."""
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


def http(url, body=None, method=None, headers={}, timeout=60):
    url = SERVER + url if url.startswith("/") else url
    with urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=timeout) as answer:
        return answer.read()


def call(procedure, data, timeout=60):
    headers = {"content-type": "application/json", "authorization": f"Bearer {os.environ['WORKER_TOKEN']}"}
    try:
        answer = http(f"/trpc/analysis.{procedure}", json.dumps(data).encode(), "POST", headers, timeout)
        return json.loads(answer)["result"]["data"]
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise
        said = json.load(error)["error"]
        raise Refused(said["data"]["tilewright"]["code"], said["message"]) from None


class Lease:
    """The right to work on an attempt. A thread reports progress, until the server says no or is silent for too long."""

    def __init__(self, job):
        self.held, self.job = {"jobId": job["jobId"], "attempt": job["attempt"]}, job
        self.progress, self.lost, self.over = ("READING", 0), threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True)
        self.thread.start()

    def report(self, stage, fraction):
        self.progress = (stage, fraction)
        if self.lost.is_set():
            raise Refused("STALE_ATTEMPT", "The job is not this worker's any more.")

    def beat(self):
        heard, lease = time.monotonic(), self.job["leaseMs"] / 1000
        while not self.over.wait(self.job["heartbeatMs"] / 1000) and time.monotonic() - heard < lease * 0.75:
            sent, (stage, fraction) = time.monotonic(), self.progress
            try:
                call("heartbeat", {**self.held, "stage": stage, "stageFraction": fraction}, timeout=lease / 4)
                heard = sent
            except Refused:
                break
            except OSError:
                pass
        if not self.over.is_set():
            self.lost.set()

    def settle(self, procedure, **data):
        """The attempt's last word, said until it is heard: a heartbeat that came after it would be refused."""
        self.over.set()
        self.thread.join()
        while not self.lost.is_set():
            try:
                return call(procedure, {**self.held, **data})
            except OSError:
                time.sleep(0.5)


def measure(job, lease):
    """Bits per pixel of each tile, of the finest level that has no more tiles than were asked for."""
    pyramid, size = job["pyramid"], job["pyramid"]["tileSizePx"]
    for level in range(pyramid["levelCount"] - 1, -1, -1):
        scale = 2 ** (pyramid["levelCount"] - 1 - level)
        width, height = math.ceil(pyramid["widthPx"] / scale), math.ceil(pyramid["heightPx"] / scale)
        columns, rows = math.ceil(width / size), math.ceil(height / size)
        if columns * rows <= job["parameters"]["cells"]:
            break
    values = []
    for row, column in itertools.product(range(rows), range(columns)):
        lease.report("ANALYSING", len(values) / (columns * rows))
        bits = 8 * len(http(f"{pyramid['tilesUrl']}/{level}/{column}_{row}.{pyramid['tileFormat']}"))
        values.append(round(bits / min(size, width - column * size) / min(size, height - row * size), 3))
    return {"columns": columns, "rows": rows, "cellWidthPx": size * scale, "cellHeightPx": size * scale}, values


def analyse(job, lease):
    cells, values = measure(job, lease)
    limit, content = job["parameters"]["plain"], json.dumps({"values": values}).encode()
    plain = sum(value < limit for value in values) / len(values)
    lease.report("PUBLISHING", 0)
    opened = call("openOutputs", {**lease.held, "files": [{"name": "detail.json", "sizeBytes": len(content)}]})
    http(opened["files"][0]["url"], content, "PUT")
    layer = {"type": "grid", "name": "detail", "title": "Detail", "unit": "bit/px", "originXPx": 0, "originYPx": 0}
    layer |= {**cells, "range": [0, max(4, *values)], "threshold": {"value": limit, "wants": "below"}}
    layer |= {"file": "detail.json", "sizeBytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    numbers = [{"name": "plainFraction", "label": "Plain", "value": plain, "unit": "1"}]
    summary = {"verdict": {"level": "good", "text": f"Plain {plain:.0%}"}, "numbers": numbers}
    return {"program": {**IDENTITY, "sha256": None}, "summary": summary, "fields": [], "layers": [layer]}


def work_on(job):
    lease = Lease(job)
    try:
        lease.settle("markComplete", **analyse(job, lease))
    except (SystemExit, KeyboardInterrupt):
        lease.settle("handBack")
        raise
    except Exception as error:
        is_ours = getattr(error, "code", "") == "RESULT_INVALID"
        lease.settle("markFailed", code="RESULT_INVALID" if is_ours else "INTERNAL", reason=str(error)[:2000])


def main(claim_id=None):
    while True:
        # The same id until an answer arrives: a job whose name was lost on the way is handed out again.
        claim_id = claim_id or str(uuid.uuid4())
        try:
            answer, claim_id = call("claim", {"workerId": WORKER, "claimId": claim_id, "kinds": [IDENTITY]}), None
            if answer["assignment"]:
                work_on(answer["assignment"])
        except Refused as error:
            if error.code == "KIND_NOT_REGISTERED":
                call("registerKinds", {"workerId": WORKER, "kinds": [KIND]})
            elif error.code not in ("STALE_ATTEMPT", "JOB_NOT_FOUND"):
                raise
        except OSError as error:
            print(f"The server does not answer: {error}", flush=True)
            time.sleep(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main()
