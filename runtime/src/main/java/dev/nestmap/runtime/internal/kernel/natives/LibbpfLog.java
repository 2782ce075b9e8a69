/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
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
    /** {@code enum libbpf_print_level}. */
    private static final int LIBBPF_WARN = 0;

    private static final int LIBBPF_INFO = 1;

    /**
     * Advice of {@code pr_perm_msg} and {@code bump_rlimit_memlock} that is wrong since Linux 5.11, which counts the memory of BPF in the
     * control group and not against {@code RLIMIT_MEMLOCK}. The former tells root to raise the limit whatever the kernel refused.
     */
    private static final List<String> WRONG_ADVICE =
            List.of("try raising 'ulimit -l'", "Failed to bump RLIMIT_MEMLOCK");

    /** {@code bpf_object__sanitize_and_load_btf} in {@code libbpf.c}: a number, and since libbpf 1.6 a name. */
    private static final Pattern REFUSED_TYPES =
            Pattern.compile("Error loading \\.BTF into kernel: -(?:(?<number>\\d+)|(?<name>E\\w+))");

    /** {@code check_ld_imm} and {@code check_abnormal_return} in {@code kernel/bpf/verifier.c}. */
    private static final Pattern LACKS_TYPES =
            Pattern.compile("missing btf func_info|is not allowed in subprogs without BTF");

    private static final ThreadLocal<@Nullable Capture> CURRENT = new ThreadLocal<>();

    /** Keeps the callback reachable, because libbpf may call it at any time. */
    private static LibBpf.@Nullable PrintFunction installed;

    private LibbpfLog() {}

    /** Redirects libbpf's output, which it would write to stderr. */
    static synchronized void install(LibBpf libbpf, LibC libc) {
        installed = new Printer(libc);
        libbpf.libbpf_set_print(installed);
    }

    /**
     * Returns the errno of the first error that made a load fail. If the kernel rejects the types of an object, libbpf loads the programs
     * without types, and the kernel then rejects programs that require them.
     *
     * @param errno of the load, a positive number
     */
    public static int causeOf(int errno, List<String> log) {
        if (log.stream().noneMatch(line -> LACKS_TYPES.matcher(line).find())) {
            return errno;
        }
        return log.stream()
                .map(REFUSED_TYPES::matcher)
                .filter(Matcher::find)
                .map(refused -> refused.group("number") == null
                        ? Errno.valueOf(refused.group("name")).number()
                        : Integer.parseInt(refused.group("number")))
                .findFirst()
                .orElse(errno);
    }

    /** Starts to capture libbpf's output on this thread. Closing the result ends the capture. */
    public static Capture capture() {
        return new Capture();
    }

    /** Logs a line. Ignores an exception of the logger, so that the load of an object does not fail because of it. */
    private static void log(Level level, String line) {
        try {
            LOGGER.log(level, "{0}", line);
        } catch (RuntimeException e) {
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

    private record Printer(LibC libc) implements LibBpf.PrintFunction {
        @Override
        public int print(int level, long format, long arguments) {
            try {
                if (level <= LIBBPF_INFO || LOGGER.isLoggable(Level.TRACE)) {
                    format(format, arguments).lines().forEach(line -> route(level, line));
                }
            } catch (Throwable e) {
                // The caller is C code, where no exception may pass. After an
                // OutOfMemoryError or StackOverflowError the line is lost.
                return 0;
            }
            return 0;
        }

        private static void route(int level, String line) {
            if (line.isBlank()) {
                return;
            }
            if (WRONG_ADVICE.stream().anyMatch(line::contains)) {
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
            Block pointer = Block.allocate(Long.BYTES);
            int length = libc.vasprintf(pointer.address(), format, arguments);
            if (length < 0) {
                return "(a line of libbpf's is missing: the C library could not format it)";
            }
            long text = pointer.bytes().getLong(0);
            try {
                byte[] bytes = new byte[length];
                Pointer.wrap(Runtime.getRuntime(libc), text).get(0, bytes, 0, length);
                return new String(bytes, StandardCharsets.UTF_8);
            } finally {
                libc.free(text);
            }
        }
    }
}
