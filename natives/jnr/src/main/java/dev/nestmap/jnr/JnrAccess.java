/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jnr;

import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import dev.nestmap.natives.NativeAccess;
import dev.nestmap.natives.NativeCallback;
import dev.nestmap.natives.NativeLibrary;
import dev.nestmap.natives.Natives;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
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
        /** Where jffi unpacks its native library. */
        private static final String UNPACK_DIRECTORY = "jffi.extract.dir";

        private static final JnrCalls CALLS = load();
        private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

        /**
         * Without the property, jffi unpacks its library into {@code java.io.tmpdir}, readable and writable as the umask says, or else into the
         * working directory. Another user who may write there could replace the library before the VM loads it. A directory of this process
         * alone excludes that.
         */
        private static JnrCalls load() {
            if (System.getProperty(UNPACK_DIRECTORY) != null) {
                return loadCalls();
            }
            String fallback = System.getProperty("java.io.tmpdir", "/tmp");
            File own = null;
            try {
                own = Files.createTempDirectory("nestmap").toFile();
                own.deleteOnExit(); // after a library that can't be loaded, which jffi deletes at the exit
            } catch (IOException e) {
                // Only jffi knows whether it has to unpack its library, and then it fails in the same directory.
            }
            System.setProperty(UNPACK_DIRECTORY, own == null ? fallback : own.getPath());
            try {
                return loadCalls();
            } catch (UnsatisfiedLinkError e) {
                throw orDenial(e);
            } finally {
                System.clearProperty(UNPACK_DIRECTORY);
                if (own != null) {
                    own.delete();
                }
            }
        }

        /** If jffi has a directory, its error does not say that the VM denies native access. An attempt to load any file says it. */
        private static UnsatisfiedLinkError orDenial(UnsatisfiedLinkError error) {
            try {
                System.load("/no/such/library");
            } catch (IllegalCallerException denial) {
                UnsatisfiedLinkError denied = new UnsatisfiedLinkError(denial.getMessage());
                denied.initCause(denial);
                return denied;
            } catch (UnsatisfiedLinkError e) {
                // As expected, there is no such file.
            }
            return error;
        }

        /** Before glibc 2.34, the functions are in a library of their own, which other C libraries lack. */
        private static JnrCalls loadCalls() {
            try {
                return loadCalls("libdl.so.2");
            } catch (UnsatisfiedLinkError e) {
                if (String.valueOf(e.getMessage()).contains("could not load FFI provider")) {
                    throw e;
                }
                return loadCalls(Platform.getNativePlatform().getStandardCLibraryName());
            }
        }

        private static JnrCalls loadCalls(String library) {
            return LibraryLoader.create(JnrCalls.class)
                    .mapper((function, context) -> function.startsWith("dlsym") ? "dlsym" : function)
                    .failImmediately()
                    .load(library);
        }
    }
}
