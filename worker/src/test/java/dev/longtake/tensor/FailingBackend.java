package dev.longtake.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * A backend that computes nothing, counts the bytes it has given out, and fails once: at the
 * operation or the block of memory of that number.
 */
public final class FailingBackend {

  /** What it fails with: not of a kind that anything expects. */
  public static final class Planned extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Planned(String operation) {
      super("planned, at " + operation);
    }
  }

  /** What gives back or only tells cannot fail, and {@code inF32} gives one that fails likewise. */
  private static final Set<String> SURE = Set.of("close", "engineClass", "release");

  private final CountingBackend counting = new CountingBackend(ElementTypes.BF16);
  private long blockBytes;
  private int left = Integer.MAX_VALUE;

  /** To be given to whatever is to fail. */
  public Backend backend() {
    return proxy(counting, DType.BF16);
  }

  /** Bytes that are asked for and not given back. */
  public long usedBytes() {
    return counting.usedBytes() + blockBytes;
  }

  /**
   * Fails at the next operation but {@code number - 1}.
   *
   * @param number from 1
   */
  public void failAt(int number) {
    left = number;
  }

  /** Fails no more. */
  public void failNever() {
    left = Integer.MAX_VALUE;
  }

  private void count(String operation) {
    if (--left == 0) {
      throw new Planned(operation);
    }
  }

  private Workspace workspace(DType activations) {
    return new Workspace(
        new Workspace.BlockSource() {
          @Override
          @SuppressWarnings("restricted") // A size without memory.
          public MemorySegment allocate(long byteCount) {
            count("a block");
            blockBytes += byteCount;
            return MemorySegment.NULL.reinterpret(byteCount);
          }

          @Override
          public void free(MemorySegment block) {
            blockBytes -= block.byteSize();
          }
        },
        activations);
  }

  private Backend proxy(Backend real, DType activations) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          String name = method.getName();
          if (name.equals("inF32")) {
            return proxy(real.inF32(), activations);
          }
          if (!SURE.contains(name)) {
            count(name);
          }
          if (name.equals("openWorkspace")) {
            return workspace(activations);
          }
          if (name.equals("openWorkspaceF32")) {
            return workspace(DType.F32);
          }
          if (method.isDefault() && !name.equals("release")) { // of operations that fail likewise
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          try {
            return method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, handler);
  }
}
