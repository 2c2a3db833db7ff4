package dev.longtake.worker;

import dev.longtake.render.RenderModel;

/** An opened model on a backend. */
interface Engine extends AutoCloseable {

  RenderModel model();

  /** What must be equal for two machines to compute the same bits. */
  String engineClass();

  @Override
  void close();

  /** Opens one; slow, and called on the thread that then owns it. */
  @FunctionalInterface
  interface Opener {

    /**
     * Opens the engine.
     *
     * @throws dev.longtake.error.LongtakeException MODEL_INVALID, or ENGINE_FAILED
     */
    Engine open();
  }
}
