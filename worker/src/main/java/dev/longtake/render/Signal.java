package dev.longtake.render;

/** Wakes the engine's thread when something has arrived. A raised signal is not lost. */
final class Signal {

  private boolean raised;
  private boolean closed;

  synchronized void raise() {
    raised = true;
    notifyAll();
  }

  synchronized void lower() {
    raised = false;
  }

  /** Waits until it is raised or closed. */
  synchronized void await() throws InterruptedException {
    while (!raised && !closed) {
      wait();
    }
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
