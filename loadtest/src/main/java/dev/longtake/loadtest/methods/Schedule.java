package dev.longtake.loadtest.methods;

import java.util.List;

/** Which windows a shot is denoised in at each step. Pure: the same step gives the same windows. */
@FunctionalInterface
interface Schedule {

  /**
   * The windows of a step, in the order in which their velocities are added.
   *
   * @param sigma the step's noise level
   */
  List<Window> at(int step, double sigma);
}
