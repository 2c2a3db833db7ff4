package dev.longtake.ops.console;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What SIGTERM and Ctrl-C do to a program that runs until it is stopped: the first asks it to come
 * to an end, and the second ends it at once. By itself the Java machine takes the first one only,
 * and runs its shutdown hooks.
 *
 * <p>The class that catches signals is {@code sun.misc.Signal} of {@code jdk.unsupported}, which
 * every JDK has and for which the compiler has a warning that cannot be suppressed: so it is called
 * by its name. Where it is not to be had (another machine, {@code -Xrs}), a hook does the first
 * half.
 */
public final class Signals {

  private static final int OF_A_SIGNAL = 128; // What shells add to the number of a signal.

  private enum Signal {
    TERM(15),
    INT(2);

    private final int number;

    Signal(int number) {
      this.number = number;
    }
  }

  private Signals() {}

  /**
   * From now on.
   *
   * @param stop asks the program to come to an end; has to return soon
   */
  public static void onStop(Runnable stop) {
    var isAsked = new AtomicBoolean();
    try {
      for (Signal signal : Signal.values()) {
        handle(signal, () -> onSignal(signal, isAsked, stop));
      }
    } catch (ReflectiveOperationException e) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(stop));
    }
  }

  private static void onSignal(Signal signal, AtomicBoolean isAsked, Runnable stop) {
    if (isAsked.compareAndSet(false, true)) {
      stop.run();
    } else {
      Runtime.getRuntime().halt(OF_A_SIGNAL + signal.number);
    }
  }

  private static void handle(Signal signal, Runnable run) throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    MethodHandle handle =
        MethodHandles.publicLookup()
            .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
            .bindTo(run);
    Object handler =
        MethodHandleProxies.asInterfaceInstance(
            handlers, MethodHandles.dropArguments(handle, 0, signals));
    signals
        .getMethod("handle", signals, handlers)
        .invoke(null, signals.getConstructor(String.class).newInstance(signal.name()), handler);
  }
}
