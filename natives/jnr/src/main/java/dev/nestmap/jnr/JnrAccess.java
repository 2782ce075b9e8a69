/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jnr;

import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import dev.nestmap.natives.NativeAccess;
import dev.nestmap.natives.NativeCallback;
import dev.nestmap.natives.NativeLibrary;
import dev.nestmap.natives.Natives;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Runtime;

/** Calls native functions with JNR-FFI. Found by {@code ServiceLoader}. */
public final class JnrAccess implements NativeAccess {
    private static final int RTLD_NOW = 2;

    /** Keeps callbacks reachable, because native code may call them at any time. */
    private final List<JnrCalls.Callback> callbacks = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "jnr";
    }

    @Override
    public int oldestJava() {
        return 17;
    }

    /** Calls in the module of jffi load native code. */
    @Override
    public Module caller() {
        return Library.class.getModule();
    }

    @Override
    public NativeLibrary open(String name) {
        JnrCalls calls = Linker.CALLS;
        long handle = calls.dlopen(Natives.find(name), RTLD_NOW);
        if (handle == 0) {
            throw new UnsatisfiedLinkError("dlopen can't open " + name + ": " + calls.dlerror());
        }
        return new JnrLibrary(calls, name, handle);
    }

    @Override
    public int lastErrno() {
        return Linker.RUNTIME.getLastError();
    }

    @Override
    public long address(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }

    @Override
    public ByteBuffer memory(long address, int size) {
        return MemoryIO.getInstance().newDirectByteBuffer(address, size);
    }

    @Override
    public long pointerTo(NativeCallback callback) {
        JnrCalls.Callback pointed = callback::call;
        callbacks.add(pointed);
        return Linker.RUNTIME
                .getClosureManager()
                .getClosurePointer(JnrCalls.Callback.class, pointed)
                .address();
    }

    /** Initialised on first use. */
    private static final class Linker {
        private static final JnrCalls CALLS = load();
        private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

        /** Before glibc 2.34, the functions are in a library of their own, which other C libraries lack. */
        private static JnrCalls load() {
            try {
                return load("libdl.so.2");
            } catch (UnsatisfiedLinkError e) {
                if (String.valueOf(e.getMessage()).contains("could not load FFI provider")) {
                    throw e;
                }
                return load(Platform.getNativePlatform().getStandardCLibraryName());
            }
        }

        private static JnrCalls load(String library) {
            return LibraryLoader.create(JnrCalls.class)
                    .mapper((function, context) -> function.startsWith("dlsym") ? "dlsym" : function)
                    .failImmediately()
                    .load(library);
        }
    }
}
