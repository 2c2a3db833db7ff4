package dev.longtake.render.transfer;

/** Wakes the engine's thread when something has arrived. A raised signal is not lost. */
public final class Signal {

  private boolean raised;
  private boolean closed;

  public synchronized void raise() {
    raised = true;
    notifyAll();
  }

  public synchronized void lower() {
    raised = false;
  }

  /** Waits until it is raised or closed. */
  public synchronized void await() throws InterruptedException {
    while (!raised && !closed) {
      wait();
    }
  }

  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  public synchronized boolean isClosed() {
    return closed;
  }
}
