/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeAccess;
import dev.nestmap.natives.NativeCallback;
import dev.nestmap.natives.NativeLibrary;
import dev.nestmap.natives.Natives;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Calls native functions with java.lang.foreign. Found by {@code ServiceLoader}, also on a Java VM that is older than {@link #oldestJava} and has
 * no java.lang.foreign. So this class must be one that such a VM can verify: it converts no type of this package to another one.
 */
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
        return Callbacks.pointerTo(callback);
    }
}
