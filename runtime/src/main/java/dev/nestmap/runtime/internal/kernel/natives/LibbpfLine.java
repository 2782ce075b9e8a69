/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.error.Errno;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The lines of libbpf that Nestmap reads, because no function of libbpf returns what they say. {@code LibbpfLineTest} looks for each of them in
 * the libraries of several versions.
 */
public enum LibbpfLine {
    /** {@code bpf_object__sanitize_and_load_btf}: the kernel refused the types of an object. */
    REFUSED_TYPES("Error loading \\.BTF into kernel: " + Part.ERRNO),

    /** {@code bpf_object__create_map}: the kernel refused a map with types. */
    MAP_WITH_TYPES("Error in bpf_create_map_xattr\\((?<map>[^)]*)\\):.*" + Part.ERRNO + "\\)?\\. Retrying without BTF"),

    /** {@code bpf_object__create_map}: the kernel refused a map, or its prototype of inner maps. */
    REFUSED_MAP("map '(?<map>[^']*)': failed to create(?<inner> inner map)?:.*" + Part.ERRNO),

    /** {@code bpf_object_load_prog}: the kernel refused a program. */
    REFUSED_PROGRAM("prog '(?<program>[^']+)': BPF program load failed"),

    /** {@code bpf_object__probe_loading}, which loads a program of its own first. */
    REFUSED_TRIAL("Couldn't load trivial BPF program"),

    /** {@code bpf_object_load_prog}, instead of asking the kernel. */
    UNUSED_FUNCTION("prog '(?<program>[^']+)': SEC\\(\"struct_ops[^\"]*\"\\) program isn't referenced anywhere", 5),

    /** {@code bpf_object__populate_internal_map}, which maps the section while it loads. */
    UNSHARED_SECTION("map '(?<map>[^']+)': failed to re-mmap\\(\\) contents", 5),

    /** {@code find_struct_ops_kern_types} and {@code bpf_map__init_kern_struct_ops}. */
    UNKNOWN_STRUCT("struct_ops init_kern"),

    /** {@code bpf_object__resolve_externs}, {@code bpf_object__resolve_ksym_var_btf_id}, {@code set_kcfg_value_num} and others. */
    EXTERN(
            "extern (?:\\((?:kcfg|var ksym|func ksym)\\) )?'(?<extern>[^']+)'(?: \\(strong\\))?: "
                    + "(?:not resolved|not found in kernel|func_proto \\[\\d+] incompatible|incompatible types|value .*(?:implies|isn't|doesn't fit))"),

    /** {@code init_map_in_map_slots} and {@code init_prog_array_slots}: the kernel refused the content of a slot. */
    REFUSED_SLOT(
            "map '(?<map>[^']+)': failed to initialize slot \\[(?<slot>\\d{1,18})] to (?<kind>map|prog) '(?<target>[^']+)' fd=\\d+: "
                    + Part.ERRNO),

    /** {@code btf__load_vmlinux_btf}: a file with the kernel's types can't be read. Older versions don't say why. */
    UNREADABLE_KERNEL_TYPES("failed to read kernel BTF", 4),

    /** {@code btf__load_vmlinux_btf}. */
    NO_KERNEL_TYPES("failed to find valid kernel BTF"),

    /**
     * {@code pr_perm_msg} and {@code bump_rlimit_memlock}: advice that is wrong since Linux 5.11, which counts the memory of BPF in the control
     * group and not against {@code RLIMIT_MEMLOCK}. The former tells root to raise the limit whatever the kernel refused.
     */
    WRONG_ADVICE("try raising 'ulimit -l'|Failed to bump RLIMIT_MEMLOCK");

    private final Pattern pattern;
    private final int since;

    LibbpfLine(String pattern) {
        this(pattern, 0);
    }

    /** @param since the first version 1.N of libbpf that writes the line */
    LibbpfLine(String pattern, int since) {
        this.pattern = Pattern.compile(pattern);
        this.since = since;
    }

    private static final class Part {
        /** The end of a line about an error: a number, and since libbpf 1.6 a name. */
        private static final String ERRNO = "-(?<errno>\\d{1,9}|E\\w{1,20})";
    }

    /** The first version 1.N of libbpf that writes the line. */
    int since() {
        return since;
    }

    /** Finds this in a line. */
    public Optional<Matcher> in(String line) {
        return Optional.of(pattern.matcher(line)).filter(Matcher::find);
    }

    /** Finds all lines of this kind. */
    public Stream<Matcher> in(List<String> log) {
        return log.stream().flatMap(line -> in(line).stream());
    }

    /** Whether the log has a line of this kind. */
    public boolean isIn(List<String> log) {
        return in(log).findAny().isPresent();
    }

    /** The errno at the end of a line that has one. */
    public static int errno(Matcher line) {
        String text = line.group("errno");
        return Character.isDigit(text.charAt(0))
                ? Integer.parseInt(text)
                : Stream.of(Errno.values())
                        .filter(errno -> errno.name().equals(text))
                        .findFirst()
                        .orElse(Errno.EINVAL)
                        .number();
    }
}
