/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeCallback;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** Functions of C that call objects of Java. */
final class Callbacks {
    /** Keeps callbacks reachable, because native code may call them at any time. */
    private static final List<ToIntFunction<long[]>> CALLED = new CopyOnWriteArrayList<>();

    private Callbacks() {}

    static long pointerTo(NativeCallback callback) {
        ToIntFunction<long[]> function = arguments -> callback.call((int) arguments[0], arguments[1], arguments[2]);
        CALLED.add(function);
        FunctionDescriptor signature = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
        return Linker.nativeLinker()
                .upcallStub(weakly(function), signature, Arena.global())
                .address();
    }

    /**
     * Makes a handle that calls a function as long as this class is loaded, and then returns 0. The Java VM never frees what a stub of the global
     * arena refers to, so the handle has only classes of the JDK: otherwise a server could not unload an application with this class.
     */
    private static MethodHandle weakly(ToIntFunction<long[]> function) {
        MethodHandles.Lookup jdk = MethodHandles.publicLookup();
        MethodType type = MethodType.methodType(int.class, Object.class, long.class, long.class, long.class);
        try {
            MethodHandle call = jdk.findVirtual(
                            ToIntFunction.class, "applyAsInt", MethodType.methodType(int.class, Object.class))
                    .asType(MethodType.methodType(int.class, Object.class, long[].class))
                    .asCollector(long[].class, 3);
            MethodHandle isUnloaded =
                    jdk.findStatic(Objects.class, "isNull", MethodType.methodType(boolean.class, Object.class));
            MethodHandle get = jdk.findVirtual(WeakReference.class, "get", MethodType.methodType(Object.class))
                    .bindTo(new WeakReference<>(function));
            MethodHandle nothing =
                    MethodHandles.dropArguments(MethodHandles.constant(int.class, 0), 0, type.parameterList());
            return MethodHandles.foldArguments(MethodHandles.guardWithTest(isUnloaded, nothing, call), get)
                    .asType(MethodType.methodType(int.class, int.class, long.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the JDK lacks a method of a callback", e);
        }
    }
}
