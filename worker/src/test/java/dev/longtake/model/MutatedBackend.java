package dev.longtake.model;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Tensor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/** A backend of which one operation is done in another, wrong way. */
final class MutatedBackend {

  /** Does an operation wrongly. */
  @FunctionalInterface
  interface Mutation {
    /**
     * Does the operation, or changes what the true one is given.
     *
     * @param arguments of the operation, result first; may be changed
     * @return whether the true operation is still to be done, with the arguments as they are now
     */
    boolean apply(Backend real, Object[] arguments);
  }

  private MutatedBackend() {}

  static Backend of(Backend real, String operation, Mutation mutation) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("inF32")) {
                return proxy; // mutated too
              }
              boolean isMutated = method.getName().equals(operation);
              if (isMutated && !mutation.apply(real, arguments)) {
                return null;
              }
              try {
                if (method.getName().equals("rmsNormRotate")) { // of two operations, each of this
                  return InvocationHandler.invokeDefault(proxy, method, arguments);
                }
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  static float[] elements(Backend backend, Tensor x) {
    float[] values = new float[Math.toIntExact(x.elementCount())];
    backend.read(x, values, 0);
    return values;
  }

  /** A copy with the columns of each row in another order. */
  static Tensor columns(Backend backend, Tensor x, int... order) {
    float[] values = elements(backend, x);
    float[] moved = Arrays.copyOf(values, values.length);
    for (int i = 0; i < values.length; i++) {
      moved[i] = values[i - i % order.length + order[i % order.length]];
    }
    Tensor copy = backend.allocate(x.shape());
    backend.write(copy, moved, 0);
    return copy;
  }
}
