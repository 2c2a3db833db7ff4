package dev.longtake.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class WorkspaceTest {

  @Test
  void take_afterAScope_givesTheSamePlaceAgain() {
    try (HostMemory memory = new HostMemory();
        Workspace workspace = new Workspace(memory)) {
      workspace.take(3, 5);
      long first;
      try (Workspace.Scope _ = workspace.scope()) {
        first = workspace.take(7, 11).address();
      }

      Tensor second = workspace.take(7, 11);

      assertThat(second.address()).isEqualTo(first);
      assertThat(second.address() % 64).isZero();
    }
  }

  @Test
  void take_secondRoundOfTheSameSizes_reservesNothing() {
    try (HostMemory memory = new HostMemory();
        Workspace workspace = new Workspace(memory)) {
      long afterFirst = round(workspace);

      long afterSecond = round(workspace);

      assertThat(afterSecond).isEqualTo(afterFirst);
      assertThat(workspace.usedBytes()).isZero();
      assertThat(workspace.peakBytes()).isBetween(48L << 20, afterFirst);
    }
  }

  /** Takes blocks of several sizes, some larger than a block, and gives all back. */
  private static long round(Workspace workspace) {
    try (Workspace.Scope _ = workspace.scope()) {
      for (int mebibytes : new int[] {1, 7, 12, 3, 20, 5}) {
        workspace.take(mebibytes, 1 << 18);
      }
    }
    return workspace.reservedBytes();
  }

  @Test
  void scope_leftByAFailure_givesEverythingBack() {
    try (HostMemory memory = new HostMemory();
        Workspace workspace = new Workspace(memory)) {
      workspace.take(64);
      long before = workspace.usedBytes();

      assertThatThrownBy(
              () -> {
                try (Workspace.Scope _ = workspace.scope()) {
                  workspace.take(9 << 20);
                  try (Workspace.Scope _ = workspace.scope()) {
                    workspace.take(9 << 20);
                    throw new IllegalStateException("an operation failed");
                  }
                }
              })
          .hasMessage("an operation failed");

      assertThat(workspace.usedBytes()).isEqualTo(before);
    }
  }

  @Test
  void close_ofAScopeAfterAnOuterOne_isRefused() {
    try (HostMemory memory = new HostMemory();
        Workspace workspace = new Workspace(memory)) {
      Workspace.Scope outer = workspace.scope();
      workspace.take(64);
      Workspace.Scope inner = workspace.scope();
      outer.close();

      assertThatThrownBy(inner::close)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("an outer scope was closed before it");
    }
  }

  @Test
  void slice_ofATensor_sharesItsElements() {
    try (HostMemory memory = new HostMemory()) {
      Tensor x = memory.allocate(Shape.of(4, 3));
      HostMemory.write(x, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 0);
      float[] values = new float[6];

      HostMemory.read(x.slice(1, 2), values, 0);

      assertThat(values).containsExactly(3, 4, 5, 6, 7, 8);
      assertThat(x.row(3).shape()).isEqualTo(Shape.of(3));
      assertThatThrownBy(() -> x.slice(3, 2)).hasMessageContaining("slice 3 + 2 leaves the 4");
    }
  }
}
