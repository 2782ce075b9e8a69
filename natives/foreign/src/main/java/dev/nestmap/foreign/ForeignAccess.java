/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeAccess;
import dev.nestmap.natives.NativeCallback;
import dev.nestmap.natives.NativeLibrary;
import dev.nestmap.natives.Natives;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** Calls native functions with java.lang.foreign. Found by {@code ServiceLoader}. */
@SuppressWarnings("restricted") // native functions are what this module is for
public final class ForeignAccess implements NativeAccess {
    /** Keeps callbacks reachable, because native code may call them at any time. */
    private final List<ToIntFunction<long[]>> callbacks = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "foreign";
    }

    @Override
    public int oldestJava() {
        return 22;
    }

    @Override
    public Module caller() {
        return ForeignAccess.class.getModule();
    }

    @Override
    public NativeLibrary open(String name) {
        String found = Natives.find(name);
        try {
            SymbolLookup symbols = found.equals(name)
                    ? SymbolLookup.libraryLookup(name, Arena.global())
                    : SymbolLookup.libraryLookup(Path.of(found), Arena.global());
            return new ForeignLibrary(name, symbols);
        } catch (IllegalArgumentException e) {
            throw (UnsatisfiedLinkError) new UnsatisfiedLinkError(e.getMessage()).initCause(e);
        }
    }

    @Override
    public int lastErrno() {
        return Errno.last();
    }

    @Override
    public long address(ByteBuffer direct) {
        return MemorySegment.ofBuffer(direct).address();
    }

    @Override
    public ByteBuffer memory(long address, int size) {
        return MemorySegment.ofAddress(address).reinterpret(size).asByteBuffer();
    }

    @Override
    public long pointerTo(NativeCallback callback) {
        ToIntFunction<long[]> function = arguments -> callback.call((int) arguments[0], arguments[1], arguments[2]);
        callbacks.add(function);
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
