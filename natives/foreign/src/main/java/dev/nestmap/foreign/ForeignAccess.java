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
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Calls native functions with java.lang.foreign. Found by {@code ServiceLoader}. */
@SuppressWarnings("restricted") // native functions are what this module is for
public final class ForeignAccess implements NativeAccess {
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
        MethodType type = MethodType.methodType(int.class, int.class, long.class, long.class);
        try {
            MethodHandle target = MethodHandles.lookup()
                    .findVirtual(NativeCallback.class, "call", type)
                    .bindTo(callback);
            FunctionDescriptor signature = FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
            return Linker.nativeLinker()
                    .upcallStub(target, signature, Arena.global())
                    .address();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the method of a callback is missing", e);
        }
    }
}
