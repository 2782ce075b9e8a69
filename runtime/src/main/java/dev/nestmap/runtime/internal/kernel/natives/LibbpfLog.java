/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.btf.VerifierLog;
import dev.nestmap.natives.NativeAccess;
import dev.nestmap.natives.NativeCallback;
import dev.nestmap.natives.Natives;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends libbpf's output to the System.Logger {@code dev.nestmap.libbpf}. An operation can also capture the output of its thread and add
 * it, with the verifier's log, to an exception.
 *
 * <p>libbpf's warnings are logged as WARNING, or as DEBUG if an exception contains them. Its information, a few lines per object, is
 * logged as DEBUG, and its debug output as TRACE.
 */
public final class LibbpfLog {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.libbpf");

    /** Numbers and names in a line of libbpf. */
    private static final Pattern VARYING = Pattern.compile("'[^']*'|\\b(0x)?[0-9a-f]*[0-9][0-9a-f]*\\b");
    /** {@code enum libbpf_print_level}. */
    private static final int LIBBPF_WARN = 0;

    private static final int LIBBPF_INFO = 1;

    /** {@code check_ld_imm} and {@code check_abnormal_return} in {@code kernel/bpf/verifier.c}. */
    private static final Pattern INVALID_PROGRAM =
            Pattern.compile("missing btf func_info|is not allowed in subprogs without BTF");

    private static final Path KERNEL_TYPES = Path.of("/sys/kernel/btf/vmlinux");

    private static final ThreadLocal<@Nullable Capture> CURRENT = new ThreadLocal<>();

    private LibbpfLog() {}

    /** Redirects libbpf's output, which it would write to stderr. Only the first call does something. */
    static void install() {
        Installed.redirect();
    }

    private static final class Installed {
        static {
            NativeAccess access = Natives.access();
            NativeLibraries.libbpf().libbpf_set_print(access.pointerTo(new Printer(access, NativeLibraries.libc())));
        }

        /** Initializes this class. */
        static void redirect() {}
    }

    /**
     * Returns the errno of the first error that made a load fail. If the kernel rejects the types of an object or of a map, libbpf continues
     * without types, and the kernel then rejects what requires them with EINVAL.
     *
     * @param errno of the load, a positive number
     */
    public static int firstErrno(int errno, List<String> log) {
        return refusedTypes(log)
                .or(() -> refusedMap(log))
                .map(LibbpfLine::errno)
                .orElse(errno);
    }

    /** Whether the verifier has written to the log, which it does only about a program that it rejects. */
    public static boolean isOfVerifier(List<String> log) {
        return log.stream().anyMatch(line -> line.contains(VerifierLog.BEGINNING));
    }

    /** Whether the kernel refused the types of an object, and then a map or a program that may require them. */
    public static boolean lacksTypes(List<String> log) {
        return refusedTypes(log).isPresent();
    }

    private static Optional<Matcher> refusedTypes(List<String> log) {
        boolean isInvalid = LibbpfLine.REFUSED_MAP.in(log).anyMatch(LibbpfLog::isInvalid)
                || log.stream().anyMatch(line -> INVALID_PROGRAM.matcher(line).find());
        return isInvalid ? LibbpfLine.REFUSED_TYPES.in(log).findFirst() : Optional.empty();
    }

    private static boolean isInvalid(Matcher line) {
        return LibbpfLine.errno(line) == ErrnoNumbers.EINVAL;
    }

    /** The first attempt to create the map that failed. */
    private static Optional<Matcher> refusedMap(List<String> log) {
        for (int i = 1; i < log.size(); i++) {
            Matcher first = LibbpfLine.MAP_WITH_TYPES.in(log.get(i - 1)).orElse(null);
            Matcher second = LibbpfLine.REFUSED_MAP.in(log.get(i)).orElse(null);
            if (first != null
                    && second != null
                    && isInvalid(second)
                    && first.group("map")
                            .equals(second.group("map") + (second.group("inner") == null ? "" : ".inner"))) {
                return Optional.of(first);
            }
        }
        return Optional.empty();
    }

    /**
     * Explains why libbpf has no types of the kernel; null if the log does not complain about them. Before version 1.4, libbpf does not say
     * why it can't read them.
     */
    public static @Nullable String lackOfKernelTypes(List<String> log) {
        if (LibbpfLine.UNREADABLE_KERNEL_TYPES.isIn(log)) {
            return "libbpf can't read the kernel's types (BTF): its log below says why";
        }
        if (!LibbpfLine.NO_KERNEL_TYPES.isIn(log)) {
            return null;
        }
        return Files.notExists(KERNEL_TYPES)
                ? ErrorTable.message("NO_KERNEL_TYPES", KERNEL_TYPES)
                : "libbpf can't read the kernel's types (BTF) in " + KERNEL_TYPES
                        + " and does not say why: perhaps memory or file descriptors have run out";
    }

    /** Starts to capture libbpf's output on this thread. Closing the result ends the capture. */
    public static Capture capture() {
        return new Capture();
    }

    /**
     * Logs a line. Ignores an exception of the logger, so the exception does not make the load of an object fail. Warnings that differ in
     * their numbers and quoted names have one subject.
     */
    private static void log(Level level, String line) {
        try {
            if (level == Level.WARNING) {
                WarningLog.LIBBPF.warn(VARYING.matcher(line).replaceAll("…"), line);
            } else {
                LOGGER.log(level, "{0}", line);
            }
        } catch (Throwable e) {
            // The failure can't be reported anywhere: the line is lost.
        }
    }

    /** The captured lines of one operation. */
    public static final class Capture implements AutoCloseable {
        private final @Nullable Capture outer = CURRENT.get();
        private final List<String> lines = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private boolean thrown;

        private Capture() {
            CURRENT.set(this);
        }

        /** The lines so far, for an exception that the caller throws next. */
        public List<String> forException() {
            thrown = true;
            return List.copyOf(lines);
        }

        /** Forgets the lines so far, because they report what the caller expected. */
        public void discard() {
            lines.clear();
            warnings.clear();
        }

        private void add(int level, String line) {
            lines.add(line);
            if (level == LIBBPF_WARN) {
                warnings.add(line);
            }
        }

        @Override
        public void close() {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
            warnings.forEach(line -> log(thrown ? Level.DEBUG : Level.WARNING, line));
        }
    }

    private record Printer(NativeAccess access, LibC libc) implements NativeCallback {
        @Override
        public int call(int level, long format, long arguments) {
            try {
                if (level <= LIBBPF_INFO || LOGGER.isLoggable(Level.TRACE)) {
                    format(format, arguments).lines().forEach(line -> route(level, line));
                }
            } catch (Throwable e) {
                // The caller is C code, where no exception may pass.
                return 0;
            }
            return 0;
        }

        private static void route(int level, String line) {
            if (line.isBlank()) {
                return;
            }
            if (LibbpfLine.WRONG_ADVICE.in(line).isPresent()) {
                log(Level.TRACE, line);
                return;
            }
            Capture capture = level <= LIBBPF_INFO ? CURRENT.get() : null;
            if (capture != null) {
                capture.add(level, line);
            }
            if (level == LIBBPF_INFO) {
                log(Level.DEBUG, line);
            } else if (level > LIBBPF_INFO) {
                log(Level.TRACE, line);
            } else if (capture == null) {
                log(Level.WARNING, line);
            }
        }

        /**
         * Formats a line. vasprintf allocates the memory, because the verifier's log is one line of up to 16 MiB and a va_list can only be
         * read once.
         */
        private String format(long format, long arguments) {
            OffHeapBlock pointer = OffHeapBlock.allocate(Long.BYTES);
            int length = libc.vasprintf(pointer.address(), format, arguments);
            if (length < 0) {
                return "(a line of libbpf's is missing: the C library could not format it)";
            }
            long text = pointer.bytes().getLong(0);
            try {
                byte[] bytes = new byte[length];
                access.memory(text, length).get(0, bytes);
                return new String(bytes, StandardCharsets.UTF_8);
            } finally {
                libc.free(text);
            }
        }
    }
}
