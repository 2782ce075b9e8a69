/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.natives.NativeAccess;
import dev.nestmap.natives.Natives;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Loads the native libraries, whose functions are in {@link LibBpf} and {@link LibC}, and finds the errno of a call. */
public final class NativeLibraries {
    private static final String LIBBPF = "libbpf.so.1";

    private static final String LIBC = "libc.so.6";

    /** Largest errno in an error pointer: {@code MAX_ERRNO} in {@code linux/err.h}. Error pointers are the last 4095 addresses. */
    private static final long MAX_ERRNO = 4095;

    private NativeLibraries() {}

    /** libbpf, loaded by the first call. Throws a {@link BpfException} if it can't be loaded. */
    public static LibBpf libbpf() {
        return Loaded.ATTEMPT.requireLibbpf();
    }

    /** The C library. */
    public static LibC libc() {
        return Loaded.ATTEMPT.requireLibc();
    }

    /** The errno of this thread's last call of a function that does not return an errno. */
    public static int lastErrno() {
        return Natives.access().lastErrno();
    }

    /** Makes a buffer of native memory, in the machine's byte order. The buffer does not keep the memory allocated. */
    public static ByteBuffer memory(long address, long size) {
        return Natives.access().memory(address, Math.toIntExact(size)).order(ByteOrder.nativeOrder());
    }

    /**
     * The errno of the call that returned this pointer, or 0 if the pointer is valid. Call it right after that call, because libbpf 1.x
     * returns NULL and sets errno.
     */
    public static int errnoOf(long pointer) {
        if (pointer == 0) {
            int errno = lastErrno();
            return errno == 0 ? ErrnoNumbers.EINVAL : errno;
        }
        return Long.compareUnsigned(pointer, -MAX_ERRNO) >= 0 ? (int) -pointer : 0;
    }

    private static String explain(Throwable error) {
        if (error instanceof IllegalStateException) {
            return String.valueOf(error.getMessage());
        }
        if (isMusl(Path.of("/proc/self/maps"))) {
            return "this system's C library is musl (Alpine), and Nestmap needs glibc: use an image of Debian, Ubuntu or Fedora";
        }
        // jffi initializes its classes again after a failure, which is not the cause.
        String missing = causes(error)
                .filter(NoClassDefFoundError.class::isInstance)
                .map(cause -> String.valueOf(cause.getMessage()))
                .filter(message -> !message.startsWith("Could not initialize class"))
                .findFirst()
                .orElse(null);
        if (missing != null) {
            return "class " + missing
                    + " is missing: put all dependencies of nestmap-runtime onto the class path or onto the module path";
        }
        if (isDenial(error)) {
            return "this Java VM denies native access: start it with --enable-native-access=" + moduleOfNativeCalls();
        }
        if (causes(error)
                .anyMatch(cause -> String.valueOf(cause.getMessage()).contains("could not locate stub library"))) {
            return "JNR-FFI's native library for this machine (" + System.getProperty("os.arch")
                    + ") is in none of the jars: put"
                    + " jffi-*-native.jar, which is com.github.jnr:jffi with the classifier native, onto the class path. An exclusion or"
                    + " a minimised jar may have removed it. On Java 22 and newer, nestmap-foreign needs no library";
        }
        if (String.valueOf(error.getMessage()).contains("could not load FFI provider")) {
            return unpackingFailure();
        }
        return "java.library.path, LD_LIBRARY_PATH and the system's library directories contain no library that can be"
                + " loaded: install the package libbpf1 (Debian, Ubuntu) or libbpf (Fedora, Arch), version 1.0 or"
                + " newer; BPF only exists on Linux";
    }

    /** What the process lacked, from the texts of {@code dlerror} and of Java's exceptions; 0 if they don't say that it lacked something. */
    private static int errnoIn(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (text.contains("Cannot allocate memory")) {
                return ErrnoNumbers.ENOMEM;
            }
            if (text.contains("Too many open files")) {
                return ErrnoNumbers.EMFILE;
            }
        }
        return 0;
    }

    /** jffi's exception does not always name the cause. */
    private static String unpackingFailure() {
        String directory = System.getProperty("jffi.extract.dir", System.getProperty("java.io.tmpdir", "/tmp"));
        return (Files.isWritable(Path.of(directory))
                        ? "JNR-FFI can't load the native library that it unpacks into " + directory
                                + ", which is mounted noexec or is full; or the process's control group has no memory left for it"
                        : "JNR-FFI can't write its native library to " + directory)
                + ": name a directory that is writable and not mounted noexec with -Djava.io.tmpdir=DIRECTORY, or unpack the library"
                + " from jffi-*-native.jar before the start, and name its directory with -Djffi.boot.library.path=DIRECTORY."
                + " On Java 22 and newer, nestmap-foreign needs no library";
    }

    /** Whether the Java VM itself runs with musl, whose loader is then among the files that this process has mapped. */
    static boolean isMusl(Path maps) {
        try {
            return Files.readString(maps).contains("/ld-musl-");
        } catch (IOException | UncheckedIOException e) {
            return false; // not Linux
        }
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause);
    }

    /** Whether the Java VM denied native access. jffi only has the exception in its message. */
    private static boolean isDenial(Throwable error) {
        return causes(error)
                .anyMatch(cause -> cause instanceof IllegalCallerException
                        || String.valueOf(cause.getMessage()).contains("IllegalCallerException"));
    }

    /** The module that loads native code, as {@code --enable-native-access} names it. */
    private static String moduleOfNativeCalls() {
        Module module = Natives.access().caller();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    /** Initialised on first use. */
    private static final class Loaded {
        private static final Attempt ATTEMPT = Attempt.at(LIBBPF);
    }

    /** The libraries, or the reason why they can't be loaded, which the VM reports only once. */
    record Attempt(
            String name,
            @Nullable LibBpf libbpf,
            @Nullable LibC libc,
            @Nullable Throwable failure) {
        static Attempt at(String name) {
            try {
                NativeAccess access = Natives.access();
                LibC libc = new LibC(access.open(LIBC));
                LibBpf libbpf = new LibBpf(access.open(name));
                return new Attempt(name, libbpf, libc, null);
            } catch (LinkageError | IllegalCallerException | IllegalStateException e) {
                return new Attempt(name, null, null, e);
            }
        }

        LibBpf requireLibbpf() {
            return require(libbpf);
        }

        LibC requireLibc() {
            return require(libc);
        }

        private <L> L require(@Nullable L library) {
            if (library == null) {
                Throwable cause = Objects.requireNonNull(failure);
                int errno = errnoIn(cause);
                throw BpfException.of(errno == 0 ? Reason.NOT_FOUND : Reason.FULL, "loading of " + name)
                        .errno(errno)
                        .cause(cause)
                        .because(errno == 0 ? explain(cause) : null);
            }
            return library;
        }
    }
}
