/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failed operation on a BPF object, map, program or link. The message names the operation, the map, the key and the errno. It gives the reason, if
 * it is known, and says what to do:
 *
 * <pre>update of map flow, key 42: E2BIG (7): the map is full (max_entries is 64): remove entries, or declare a larger max_entries</pre>
 */
public class BpfException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The number of lines of a log that a message shows. A shorter log is shown whole. */
    private static final int LOG_LINES = 40;

    private static final int LOG_LINES_OF_EACH_PART = 20;

    /**
     * The beginning of the verifier's explanation since Linux 7.3. Up to 50 lines with paths and suggestions follow
     * (kernel/bpf/diagnostics.c).
     */
    private static final String VERIFIER_EXPLANATION = "Verification failed:";

    /** The instruction that the verifier rejects, its error and an empty line. They precede the explanation. */
    private static final int LINES_BEFORE_EXPLANATION = 3;

    /** Why it failed. */
    private final Reason reason;

    /** The failed operation, as a noun. */
    private final String operation;

    /** The map's name; null if the operation was not on a map. */
    private final @Nullable String map;

    /** The key; null if there was none, and after deserialization. */
    private final transient @Nullable Object key;

    /** A positive number, or 0. */
    private final int errno;

    /** The lines of libbpf and the verifier. */
    private final String[] log;

    /**
     * Creates an exception from the parts of a builder.
     *
     * @param builder the parts
     * @param explanation the problem and the remedy; null if the errno explains enough
     */
    protected BpfException(Builder builder, @Nullable String explanation) {
        super(builder.message(explanation), builder.cause);
        this.reason = builder.reason;
        this.operation = builder.operation;
        this.map = builder.map;
        this.key = builder.key;
        this.errno = builder.errno;
        this.log = builder.log.toArray(String[]::new);
    }

    /**
     * Starts the description of a failure. All other parts are optional.
     *
     * @param reason why it failed
     * @param operation the failed operation, as a noun: {@code update}, {@code load of object tenant_flows}
     * @return a builder without a map, key, errno, log or cause
     */
    public static Builder of(Reason reason, String operation) {
        return new Builder(reason, operation);
    }

    /**
     * Starts the description of an error that the kernel or libbpf returned, with the usual reason for its number.
     *
     * @param errno a positive number; 0 for an error without a number
     * @param operation the failed operation, as a noun
     * @return a builder without a map, key, log or cause
     */
    public static Builder of(int errno, String operation) {
        return new Builder(Errno.usualReason(errno), operation).errno(errno);
    }

    /** {@return the complete message; never null} */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** {@return why the operation failed} */
    public Reason reason() {
        return reason;
    }

    /** {@return the failed operation, as a noun: {@code update}, {@code load of object tenant_flows}} */
    public String operation() {
        return operation;
    }

    /** {@return the name of the map; null if the operation was not on a map} */
    public @Nullable String map() {
        return map;
    }

    /** {@return the key; null if the operation had none, or if the exception was deserialized} */
    public @Nullable Object key() {
        return key;
    }

    /**
     * Returns the error that the kernel or libbpf returned.
     *
     * @return the error; null if neither returned one, or if {@link Errno} has no constant for its number, see {@link #errnoNumber}
     */
    public @Nullable Errno errno() {
        return Errno.of(errno);
    }

    /** {@return the number of the error that the kernel or libbpf returned, positive; 0 if neither returned one} */
    public int errnoNumber() {
        return errno;
    }

    /**
     * {@return the lines that libbpf and the verifier wrote during this operation, in order and complete; empty if there are none}
     */
    public List<String> log() {
        return List.of(log);
    }

    /** The parts of a {@link BpfException}. */
    public static final class Builder {
        private final Reason reason;
        private final String operation;
        private @Nullable String map;
        private @Nullable Object key;
        private int errno;
        private @Nullable String refuser;
        private List<String> log = List.of();
        private @Nullable Throwable cause;

        private Builder(Reason reason, String operation) {
            this.reason = reason;
            this.operation = operation;
        }

        /**
         * Sets the map.
         *
         * @param name the map's name in C; null for none
         * @return this builder
         */
        public Builder map(@Nullable String name) {
            this.map = name;
            return this;
        }

        /**
         * Sets the key. The key is not serialized.
         *
         * @param value the key; null for none
         * @return this builder
         */
        public Builder key(@Nullable Object value) {
            this.key = value;
            return this;
        }

        /**
         * Sets the error that the kernel or libbpf returned.
         *
         * @param number a positive number; 0 for none
         * @return this builder
         */
        public Builder errno(int number) {
            this.errno = number;
            return this;
        }

        /**
         * Sets who refused the operation.
         *
         * @param name name and version: {@code Linux 6.12.9}, {@code libbpf 1.1.2}; null to leave it out of the message
         * @return this builder
         */
        public Builder refusedBy(@Nullable String name) {
            this.refuser = name;
            return this;
        }

        /**
         * Sets the log. The message contains at most 40 of its lines, in order: the first 20, and the 20 with the reason.
         *
         * @param lines lines of libbpf and the verifier, in order
         * @return this builder
         */
        public Builder log(List<String> lines) {
            this.log = List.copyOf(lines);
            return this;
        }

        /**
         * Sets the cause.
         *
         * @param exception the exception that made the operation fail; null for none
         * @return this builder
         */
        public Builder cause(@Nullable Throwable exception) {
            this.cause = exception;
            return this;
        }

        /**
         * Creates the exception with an explanation and advice. If they are missing, the message explains only errors that mean the same in every
         * operation, such as {@code EMFILE}.
         *
         * @param explanation the problem and the remedy; null if the errno explains enough
         * @return a new exception
         */
        public BpfException because(@Nullable String explanation) {
            return new BpfException(this, explanation);
        }

        /**
         * Creates the exception without an explanation.
         *
         * @return a new exception
         */
        public BpfException build() {
            return because(null);
        }

        private String message(@Nullable String explanation) {
            StringBuilder message = new StringBuilder(operation);
            if (map != null) {
                message.append(" of map ").append(map);
            }
            if (key != null) {
                message.append(", key ").append(key);
            }
            if (refuser != null) {
                message.append(": refused by ").append(refuser);
            }
            if (errno != 0) {
                message.append(": ").append(errnoText());
            }
            String why = explanation == null ? generalExplanation() : explanation;
            if (why != null) {
                message.append(": ").append(why);
            }
            appendAbridged(message, log);
            return message.toString();
        }

        private String errnoText() {
            Errno known = Errno.of(errno);
            return known == null ? "errno " + errno : known + " (" + errno + ")";
        }

        /** Returns the explanation and advice for errors that mean the same in every operation; null for all other errors. */
        private @Nullable String generalExplanation() {
            if (errno == Errno.EMFILE.number()) {
                return "this process has reached its limit of open files: close maps, or raise the limit (ulimit -n)";
            }
            if (errno == Errno.ENFILE.number()) { // also from sock_create in net/socket.c, without memory
                return "the machine has reached its limit of open files, or the kernel has no memory for a socket: raise the sysctl"
                        + " fs.file-max, or free memory";
            }
            if (errno == Errno.ENOMEM.number()) {
                return "the kernel has no memory for it: raise the memory limit of this process's control group (memory.max; for a unit of"
                        + " systemd, MemoryMax) or free memory, and try again";
            }
            return null;
        }

        /** Appends the log in its order: its beginning, which names the program, and the lines with the reason. Leaves out the other lines. */
        private static void appendAbridged(StringBuilder message, List<String> log) {
            int reason = reasonIn(log);
            int end = Math.min(log.size(), reason + LOG_LINES - Math.min(reason, LOG_LINES_OF_EACH_PART));
            int beginning = Math.min(reason, LOG_LINES - (end - reason));
            append(message, log.subList(0, beginning));
            appendOmitted(message, reason - beginning);
            append(message, log.subList(reason, end));
            appendOmitted(message, log.size() - end);
        }

        private static void appendOmitted(StringBuilder message, int lines) {
            if (lines > 0) {
                message.append("\n  ... ").append(lines).append(" lines omitted, log() has them");
            }
        }

        /**
         * Returns the index of the first line about the reason. Since Linux 7.3, it is at the beginning of the verifier's explanation, before
         * which a log can have a million lines. On older kernels it is in the last lines.
         */
        private static int reasonIn(List<String> log) {
            for (int i = 0; i < log.size(); i++) {
                if (log.get(i).startsWith(VERIFIER_EXPLANATION)) {
                    return Math.max(0, i - LINES_BEFORE_EXPLANATION);
                }
            }
            return log.size() <= LOG_LINES ? 0 : log.size() - LOG_LINES_OF_EACH_PART;
        }

        private static void append(StringBuilder message, List<String> lines) {
            lines.forEach(line -> message.append("\n  ").append(line));
        }
    }
}
