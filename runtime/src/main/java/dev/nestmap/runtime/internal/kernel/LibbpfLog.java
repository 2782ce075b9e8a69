/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.internal.memory.Block;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * What libbpf prints goes to the System.Logger {@code dev.nestmap.libbpf}, and to whoever captures it on the same thread:
 * an exception then carries it, the verifier's log included.
 *
 * <p>libbpf's warnings are logged as WARNING, unless an exception says the same; its information, some lines for each
 * object, as DEBUG, and its debug output as TRACE.
 */
final class LibbpfLog {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.libbpf");
    /** {@code enum libbpf_print_level}. */
    private static final int LIBBPF_WARN = 0;

    private static final int LIBBPF_INFO = 1;

    private static final ThreadLocal<@Nullable Capture> CURRENT = new ThreadLocal<>();

    /** Reachable as long as libbpf may call it, which is for ever. */
    private static Native.@Nullable PrintFunction installed;

    private LibbpfLog() {}

    /** Takes libbpf's output over; it would go to stderr. */
    static synchronized void install(Native.LibBpf libbpf, Native.LibC libc) {
        installed = new Printer(libc);
        libbpf.libbpf_set_print(installed);
    }

    /** Begins to collect what libbpf says on this thread, until it is closed. */
    static Capture capture() {
        return new Capture();
    }

    /** A logger that throws must not decide whether an object is loaded. */
    private static void log(Level level, String line) {
        try {
            LOGGER.log(level, "{0}", line);
        } catch (RuntimeException e) {
            // There is nowhere to say so: this line is lost.
        }
    }

    /** The lines of one operation. */
    static final class Capture implements AutoCloseable {
        private final @Nullable Capture outer = CURRENT.get();
        private final List<String> lines = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private boolean thrown;

        private Capture() {
            CURRENT.set(this);
        }

        /** The lines so far, for an exception that is about to be thrown. */
        List<String> forException() {
            thrown = true;
            return List.copyOf(lines);
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

    private record Printer(Native.LibC libc) implements Native.PrintFunction {
        @Override
        public int print(int level, long format, long arguments) {
            try {
                if (level <= LIBBPF_INFO || LOGGER.isLoggable(Level.TRACE)) {
                    format(format, arguments).lines().forEach(line -> route(level, line));
                }
            } catch (Throwable e) {
                // There is C above: what the lack of memory or of stack threw ends here, and a line is lost.
                return 0;
            }
            return 0;
        }

        private static void route(int level, String line) {
            if (line.isBlank()) {
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

        /** A verifier log comes as one line of up to 16 MiB, and a va_list can be read once: so C allocates. */
        private String format(long format, long arguments) {
            Block pointer = Block.allocate(Long.BYTES);
            int length = libc.vasprintf(pointer.address(), format, arguments);
            if (length < 0) {
                return "(libbpf printed a line that there is no memory for)";
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
