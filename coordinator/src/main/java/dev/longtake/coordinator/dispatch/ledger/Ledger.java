package dev.longtake.coordinator.dispatch.ledger;

import dev.longtake.coordinator.dispatch.share.Accounts;
import dev.longtake.coordinator.dispatch.share.Posting;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has written down what accounts count, and begins with what was written before. Where two believe
 * that they deal out the farm's work, the one that opened the store last writes, and the other one,
 * once it hears of that, forgets what it has not written and begins again: so no time is counted
 * twice. What a writer has counted and not written is lost when it ends.
 *
 * <p>Changed in place: one owner, who asks {@link #next} now and then, and hands over what that
 * gives once it is there.
 */
public final class Ledger {

  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  /** What came of what was asked of the store. */
  public sealed interface Answer {}

  private record Begun(UseStore.Opened opened) implements Answer {}

  private record Written() implements Answer {}

  private record Superseded() implements Answer {}

  private record Refused(RuntimeException why) implements Answer {}

  private final Accounts accounts;
  private final Sharing sharing;

  /** 0 until the store is open. */
  private long term;

  private long number;
  private Optional<Posting> unwritten = Optional.empty();
  private boolean isAsked;
  private boolean isRefused;
  private Set<String> stopped = Set.of();

  /** Nothing was read or written yet. */
  public Ledger(Accounts accounts, Sharing sharing) {
    this.accounts = accounts;
    this.sharing = sharing;
    setTime();
  }

  /** Tells accounts what time it is. */
  public void setTime() {
    accounts.setTime(sharing.clock().get());
  }

  /** Whether other tenants than when this was last asked may begin nothing new. */
  public boolean hasNews() {
    Set<String> before = stopped;
    stopped = accounts.stopped();
    return !stopped.equals(before);
  }

  /** Whether accounts go on from what was written before. */
  public boolean isOpen() {
    return term > 0;
  }

  /**
   * Asks the store for what is next: to be opened, or to add what was used since the last time.
   *
   * @return completes on another thread; empty while an answer is awaited
   */
  public Optional<CompletableFuture<Answer>> next() {
    if (isAsked) {
      return Optional.empty();
    }
    isAsked = true;
    if (!isOpen()) {
      long now = accounts.time().wall();
      return Optional.of(ask(() -> new Begun(sharing.store().open(now))));
    }
    if (unwritten.isEmpty()) {
      number++;
      unwritten = Optional.of(accounts.post());
    }
    Posting posting = unwritten.get();
    long ofTerm = term;
    long asNumber = number;
    return Optional.of(
        ask(
            () ->
                sharing.store().add(ofTerm, asNumber, posting) ? new Written() : new Superseded()));
  }

  private CompletableFuture<Answer> ask(Supplier<Answer> question) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return question.get();
          } catch (
              RuntimeException e) { // Whatever it is: who waits for the answer would wait for ever.
            return new Refused(e);
          }
        },
        sharing.threads());
  }

  /** Takes what {@link #next} gave. */
  public void take(Answer answer) {
    isAsked = false;
    switch (answer) {
      case Begun(UseStore.Opened opened) -> {
        accounts.restore(opened.tenants());
        term = opened.term();
        number = 0;
        isRefused = false;
      }
      case Written written -> {
        unwritten = Optional.empty();
        isRefused = false;
      }
      case Superseded superseded -> {
        log.info("another coordinator writes down what tenants use: it is read again");
        unwritten = Optional.empty();
        term = 0;
      }
      case Refused(RuntimeException why) -> {
        if (!isRefused) { // Not again while it stays so.
          log.warn("what tenants use is not written down yet: {}", why.toString());
        }
        isRefused = true;
      }
    }
  }
}
