package dev.longtake.coordinator.hostile;

import java.util.List;

/** All of them: the table in {@code ops/docs/security.md} is this one. */
final class HostilePeers {

  /**
   * One of them.
   *
   * @param name as the table calls it
   * @param does what it does, and how often
   * @param answer what comes of it, beside what holds for all: nobody else notices, nothing is lost
   */
  record Row(String name, String does, String answer, HostilePeer peer) {

    /** As it stands in the page. */
    String line() {
      return "| `%s` | %s | %s |".formatted(name, does, answer);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private HostilePeers() {}

  /** In the order in which they are let loose. */
  static List<Row> all() {
    return List.of(
        // Where clients and workers call, below calls.
        new Row(
            "silence",
            "200 connections on which nothing is said, and 200 on which half of a greeting is",
            "closed after `listen.idle`",
            WirePeers::silence),
        new Row("wire-noise", "200 times 200 bytes of chance", "closed", WirePeers::noise),
        new Row(
            "another-protocol",
            "HTTP/1.1, SMTP, SSH, TLS and a stream of Java objects",
            "closed",
            WirePeers::anotherProtocol),
        new Row(
            "settings-flood",
            "up to 5,000,000 SETTINGS whose answers are not read",
            "closed",
            WirePeers::settings),
        new Row(
            "ping-flood", "up to 5,000,000 PING", "closed, ENHANCE_YOUR_CALM", WirePeers::pings),
        new Row(
            "rapid-reset",
            "20,000 calls that are reset at once",
            "taken, none stays open",
            WirePeers::resets),
        new Row(
            "window-overflow",
            "a window beyond 2^31-1",
            "closed, FLOW_CONTROL_ERROR",
            WirePeers::aWindowWithoutEnd),
        new Row(
            "huge-headers",
            "200 times headers of 15,000 bytes",
            "the call or the connection is ended",
            WirePeers::hugeHeaders),
        new Row(
            "packed-headers",
            "200 times 14 KB of headers that become 40 MB",
            "the call or the connection is ended",
            WirePeers::packedHeaders),
        new Row(
            "headers-without-end",
            "up to 5,000,000 CONTINUATION, full, of one byte, empty",
            "closed",
            WirePeers::headersWithoutEnd),
        new Row(
            "huge-message",
            "200 messages that are said to have 2 GiB",
            "the call is ended, nothing is allocated",
            WirePeers::hugeMessage),
        new Row(
            "empty-pieces",
            "200,000 DATA without content",
            "taken, nothing is kept",
            WirePeers::emptyPieces),
        new Row(
            "unknown-calls",
            "500 calls that there are not",
            "UNIMPLEMENTED, and no metric by their names",
            WirePeers::unknownCalls),
        new Row(
            "unknown-content",
            "400 calls of other content types",
            "the call is ended",
            WirePeers::unknownContent),
        new Row(
            "deaf-watchers",
            "1,000 watchers who take nothing",
            "one message each is kept for them",
            WirePeers::deafWatchers),
        // Calls.
        new Row(
            "packed-messages",
            "5 messages of 20 KB that become 20 MB",
            "UNIMPLEMENTED",
            CallPeers::packedMessages),
        new Row(
            "call-noise",
            "every call with bytes that are no message, 20 times each",
            "INVALID_ARGUMENT, counted",
            CallPeers::noise),
        new Row(
            "uploads-left",
            "2,000 uploads begun and left",
            "their files are gone",
            CallPeers::uploadsLeft),
        new Row(
            "uploads-that-lie",
            "1,000 uploads of another size, digest or order than was said",
            "DATA_LOSS or INVALID_ARGUMENT, counted",
            CallPeers::uploadsThatLie),
        new Row(
            "same-request",
            "200 other stories with a request id that was used",
            "ALREADY_EXISTS",
            CallPeers::sameRequest),
        new Row(
            "huge-story", "3 stories of 100,000 shots", "INVALID_ARGUMENT", CallPeers::hugeStory),
        new Row(
            "watchers-that-go",
            "5,000 watchers who go at once",
            "none stays open",
            CallPeers::watchersThatGo),
        new Row(
            "waiting-for-nothing",
            "5,000 who wait for slabs of stories that there are not, and go",
            "none stays open",
            CallPeers::waitingForNothing),
        new Row(
            "forged-pages",
            "500 page tokens that nobody gave out",
            "INVALID_ARGUMENT",
            CallPeers::forgedPages),
        new Row(
            "deaf-downloads",
            "800 readers of an artifact who take nothing",
            "a piece each is kept for them",
            CallPeers::deafDownloads),
        new Row(
            "messages-without-end",
            "20 messages of 304 MiB that never end",
            "what has come is kept until they go",
            CallPeers::messagesWithoutEnd),
        // Workers.
        new Row(
            "leases-never-given",
            "4,000 results of leases that it does not have",
            "change nothing",
            WorkerPeers::leasesNeverGiven),
        new Row(
            "hoarder",
            "takes leases and does nothing until it goes",
            "others render what it held",
            WorkerPeers::nothingIsEverDone),
        new Row(
            "braggart",
            "reports steps beyond the last one",
            "others render what it held",
            WorkerPeers::stepsBeyondTheLast),
        new Row(
            "crab",
            "1,000 reports of ever fewer steps",
            "others render what it held",
            WorkerPeers::stepsBackwards),
        new Row("parrot", "repeats itself 5,000 times", "taken", WorkerPeers::restatements),
        new Row(
            "chameleon",
            "another model and engine class with each of 1,000 words",
            "taken",
            WorkerPeers::anotherCardEachTime),
        new Row(
            "twins", "300 workers of one name", "one of them is there", WorkerPeers::manyOfOneName),
        new Row(
            "thief",
            "twice the name of a worker that is at work",
            "ALREADY_EXISTS",
            WorkerPeers::anothersName),
        new Row(
            "crowd",
            "300 workers where 100 are let in",
            "RESOURCE_EXHAUSTED",
            WorkerPeers::tooMany),
        new Row(
            "chatterer",
            "twice 20,000 reports of 1,000 letters",
            "INVALID_ARGUMENT",
            WorkerPeers::endlessReports),
        // The dashboard and the port of metrics.
        new Row(
            "slow-headers",
            "100 half requests for the dashboard",
            "it is shown to others",
            WebPeers::slowHeaders),
        new Row(
            "slow-bodies",
            "100 wishes of which the end never comes",
            "the dashboard is shown to others",
            WebPeers::slowBodies),
        new Row(
            "slow-scrapes",
            "20 half requests for metrics",
            "they are shown to others",
            WebPeers::slowScrapes),
        new Row(
            "scrapes",
            "72 requests for metrics and what there is not, by any method",
            "answered",
            WebPeers::scrapes),
        new Row("huge-cookies", "100 cookies of 60 KB", "431", WebPeers::hugeCookies),
        new Row("huge-bodies", "10 wishes of 1 MB", "refused", WebPeers::hugeBodies),
        new Row(
            "event-streams",
            "600 open pages",
            "500 are kept up to date, the others told why not",
            WebPeers::eventStreams),
        new Row(
            "ranges",
            "55 parts of a film, right and wrong",
            "200, 206, 400 or 416",
            WebPeers::ranges),
        new Row(
            "other-names",
            "30 requests under other names, and wishes of other sites",
            "403",
            WebPeers::otherNames),
        new Row(
            "smuggling",
            "14 requests that two readers read differently",
            "400, 403 or closed",
            WebPeers::smuggling),
        new Row(
            "crooked-paths",
            "14 paths that lead out of what is shown",
            "400, 403, 404, or the page itself",
            WebPeers::crookedPaths));
  }
}
