/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.CStrings;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.PerfEventOpener;
import dev.nestmap.runtime.internal.memory.Block;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Attaches programs to kprobes, uprobes and tracepoints, each through a perf event. */
final class ProbeAttacher {
    private static final Path SOURCES = Path.of("/sys/bus/event_source/devices");

    private static final Map<Errno, String> KPROBE_ERRORS = Map.of(
            Errno.ENOENT,
            "the kernel has no such function, or the compiler has inlined it: /proc/kallsyms lists the functions",
            Errno.EINVAL,
            "the kernel forbids probes there (/sys/kernel/debug/kprobes/blacklist), or the offset is not that of an instruction",
            Errno.EILSEQ,
            "no instruction of the function begins at this offset",
            Errno.EADDRNOTAVAIL,
            "the kernel has several functions with this name: choose another function");
    private static final Map<Errno, String> UPROBE_ERRORS = Map.of(
            Errno.ENOENT,
            "there is no such file",
            Errno.EINVAL,
            "the file is not executable code, or no instruction begins at this offset",
            Errno.ESRCH,
            "there is no process with this id");

    private ProbeAttacher() {}

    static KernelAttachment attach(NativeProgram program, Kprobe kprobe, AttachErrors errors) {
        PerfEventOpener opener = opener("kprobe", kprobe.returning(), errors);
        Block name = CStrings.block(kprobe.function());
        try {
            int event = opener.probe(name, kprobe.offset()).open(PerfEventOpener.ANY, 0);
            return link(program, event, kprobe.cookie(), errors, KPROBE_ERRORS);
        } finally {
            Reference.reachabilityFence(name);
        }
    }

    static KernelAttachment attach(NativeProgram program, Uprobe uprobe, AttachErrors errors) {
        PerfEventOpener opener = opener("uprobe", uprobe.returning(), errors);
        Path binary = Binaries.find(uprobe.binary());
        long offset = uprobe.offset();
        if (!uprobe.function().isEmpty()) {
            offset += FunctionOffsets.of(binary, errors).offset(uprobe.function(), errors);
        }
        Block path = CStrings.block(binary.toString());
        // An event of one process is opened for every CPU, an event of all processes for one, which stands for all.
        Integer process = uprobe.process();
        try {
            int event = opener.probe(path, offset)
                    .open(PerfEventOpener.idOrAny(process), process == null ? 0 : PerfEventOpener.ANY);
            return link(program, event, uprobe.cookie(), errors, UPROBE_ERRORS);
        } finally {
            Reference.reachabilityFence(path);
        }
    }

    static KernelAttachment attach(NativeProgram program, Tracepoint tracepoint, AttachErrors errors) {
        long id = TraceFiles.tracepointId(tracepoint, errors);
        int event = new PerfEventOpener(PerfEventOpener.PERF_TYPE_TRACEPOINT, id).open(PerfEventOpener.ANY, 0);
        return link(program, event, tracepoint.cookie(), errors, Map.of());
    }

    private static KernelAttachment link(
            NativeProgram program, int event, long cookie, AttachErrors errors, Map<Errno, String> explanations) {
        int fd = event < 0 ? event : PerfEventOpener.link(program.fd(), event, cookie);
        return errors.link(fd, explanations);
    }

    /** An event of this source, whose type and bit for probes on return are in files. */
    private static PerfEventOpener opener(String source, boolean returning, AttachErrors errors) {
        Path directory = SOURCES.resolve(source);
        try {
            int type =
                    Integer.parseInt(Files.readString(directory.resolve("type")).strip());
            return new PerfEventOpener(type, returning ? 1L << returnBit(directory) : 0);
        } catch (NoSuchFileException e) {
            throw errors.missing("this kernel has no " + source + "s: it needs CONFIG_"
                    + source.toUpperCase(java.util.Locale.ROOT) + "_EVENTS (there is no " + directory + ")");
        } catch (IOException e) {
            throw errors.unreadable(directory, e);
        }
    }

    private static int returnBit(Path directory) throws IOException {
        String format = Files.readString(directory.resolve("format/retprobe")).strip(); // config:0
        return Integer.parseInt(format.substring(format.indexOf(':') + 1));
    }
}
