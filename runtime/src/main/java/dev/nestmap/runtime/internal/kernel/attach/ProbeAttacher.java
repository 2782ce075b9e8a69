/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.PerfEvent;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.BpfCall;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.PerfEventOpener;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.schema.program.AttachmentKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Attaches programs to kprobes, uprobes and tracepoints, through one perf event each or many with one link, and to other perf events. */
final class ProbeAttacher {
    static final List<AttacherTable.Entry<?>> HOOKS = List.of(
            new AttacherTable.Entry<>(Tracepoint.class, AttachmentKind.TRACEPOINT, ProbeAttacher::attach),
            new AttacherTable.Entry<>(Kprobe.class, AttachmentKind.KPROBE, ProbeAttacher::attach),
            new AttacherTable.Entry<>(Uprobe.class, AttachmentKind.UPROBE, ProbeAttacher::attach),
            new AttacherTable.Entry<>(Kprobe.Multi.class, AttachmentKind.KPROBE_MULTI, ProbeAttacher::attach),
            new AttacherTable.Entry<>(Uprobe.Multi.class, AttachmentKind.UPROBE_MULTI, ProbeAttacher::attach),
            new AttacherTable.Entry<>(PerfEvent.class, AttachmentKind.PERF_EVENT, ProbeAttacher::attach),
            new AttacherTable.Entry<>(PerfEvent.OnEachCpu.class, AttachmentKind.PERF_EVENT, ProbeAttacher::attach));

    private static final Path SOURCES = Path.of("/sys/bus/event_source/devices");

    private ProbeAttacher() {}

    static KernelAttachment attach(NativeProgram program, Kprobe kprobe, AttachErrors errors) {
        PerfEventOpener opener = opener("kprobe", kprobe.returning(), errors);
        int event = opener.probe(kprobe.function(), kprobe.offset()).open(PerfEventOpener.ANY, 0);
        return link(program, event, kprobe.cookie(), errors);
    }

    static KernelAttachment attach(NativeProgram program, Uprobe uprobe, AttachErrors errors) {
        PerfEventOpener opener = opener("uprobe", uprobe.returning(), errors);
        Path binary = findBinary(uprobe.binary());
        long offset = uprobe.offset();
        if (!uprobe.function().isEmpty()) {
            offset += FunctionOffsets.of(binary, errors).offset(uprobe.function(), errors);
        }
        // An event of one process is opened for every CPU, an event of all processes for one, which stands for all.
        Integer process = uprobe.process();
        int event = opener.probe(binary.toString(), offset)
                .open(PerfEventOpener.idOrAny(process), process == null ? 0 : PerfEventOpener.ANY);
        return link(program, event, uprobe.cookie(), errors);
    }

    static KernelAttachment attach(NativeProgram program, Tracepoint tracepoint, AttachErrors errors) {
        long id = TraceFsReader.tracepointId(tracepoint, errors);
        int event = new PerfEventOpener(PerfEventOpener.PERF_TYPE_TRACEPOINT, id).open(PerfEventOpener.ANY, 0);
        return link(program, event, tracepoint.cookie(), errors);
    }

    private static KernelAttachment link(NativeProgram program, int event, long cookie, AttachErrors errors) {
        int fd = event < 0 ? event : PerfEventOpener.link(program.fd(), event, cookie);
        return errors.link(fd);
    }

    /** An event of this source, whose type and bit for probes on return are in files. */
    private static PerfEventOpener opener(String source, boolean returning, AttachErrors errors) {
        Path directory = SOURCES.resolve(source);
        try {
            int type =
                    Integer.parseInt(Files.readString(directory.resolve("type")).strip());
            return new PerfEventOpener(type, returning ? 1L << returnBit(directory) : 0);
        } catch (NoSuchFileException e) {
            throw errors.failed(
                    Reason.NOT_SUPPORTED,
                    "this kernel has no " + source + "s: it needs CONFIG_" + source.toUpperCase(Locale.ROOT)
                            + "_EVENTS (there is no " + directory + ")");
        } catch (IOException e) {
            throw errors.unreadable(directory, e);
        }
    }

    private static int returnBit(Path directory) throws IOException {
        String format = Files.readString(directory.resolve("format/retprobe")).strip(); // config:0
        return Integer.parseInt(format.substring(format.indexOf(':') + 1));
    }

    static KernelAttachment attach(NativeProgram program, Kprobe.Multi probes, AttachErrors errors) {
        BpfCall creation =
                LinkCalls.creation(program.fd(), program.attachType(), functions(probes, errors), probes.returning());
        return errors.link(creation.run());
    }

    static KernelAttachment attach(NativeProgram program, Uprobe.Multi probes, AttachErrors errors) {
        Path binary = findBinary(probes.binary());
        FunctionOffsets offsets = FunctionOffsets.of(binary, errors);
        Set<Long> places = new LinkedHashSet<>();
        for (String function : probes.functions()) {
            if (isPattern(function)) {
                places.addAll(offsets.matching(matcher(function)));
            } else {
                places.add(offsets.offset(function, errors));
            }
        }
        requireSome(places, probes.functions(), errors);
        BpfCall creation = LinkCalls.creation(
                program.fd(),
                program.attachType(),
                binary,
                places,
                probes.returning(),
                probes.process() == null ? 0 : probes.process());
        return errors.link(creation.run());
    }

    private static Set<String> functions(Kprobe.Multi probes, AttachErrors errors) {
        Set<String> names = new LinkedHashSet<>();
        List<String> patterns = new ArrayList<>();
        probes.functions().forEach(function -> (isPattern(function) ? patterns : names).add(function));
        if (!patterns.isEmpty()) {
            Predicate<String> matches = patterns.stream()
                    .map(ProbeAttacher::matcher)
                    .reduce(Predicate::or)
                    .orElseThrow();
            TraceFsReader.functions(errors).filter(matches).forEach(names::add);
        }
        requireSome(names, probes.functions(), errors);
        return names;
    }

    private static void requireSome(Collection<?> found, List<String> functions, AttachErrors errors) {
        if (found.isEmpty()) {
            throw errors.failed(Reason.NOT_FOUND, "no function matches " + String.join(", ", functions));
        }
    }

    private static boolean isPattern(String function) {
        return function.contains("*") || function.contains("?");
    }

    private static Predicate<String> matcher(String pattern) {
        String regex = pattern.chars()
                .mapToObj(c -> switch (c) {
                    case '*' -> ".*";
                    case '?' -> ".";
                    default -> Pattern.quote(Character.toString(c));
                })
                .collect(Collectors.joining());
        return Pattern.compile(regex).asMatchPredicate();
    }

    static KernelAttachment attach(NativeProgram program, PerfEvent event, AttachErrors errors) {
        return link(program, open(event), 0, errors);
    }

    /** Opens an event. Returns its file descriptor or a negative errno. */
    private static int open(PerfEvent event) {
        PerfEventOpener opener = new PerfEventOpener(event.type(), event.config());
        if (event.frequency() == 0) {
            opener.period(event.period());
        } else {
            opener.frequency(event.frequency());
        }
        return opener.open(PerfEventOpener.idOrAny(event.thread()), PerfEventOpener.idOrAny(event.cpu()));
    }

    static KernelAttachment attach(NativeProgram program, PerfEvent.OnEachCpu event, AttachErrors errors) {
        List<KernelAttachment> links = new ArrayList<>();
        KernelAttachment all = KernelAttachment.withoutLink(
                () -> new Cleanup().each(links, KernelAttachment::end).rethrow());
        try (Undo undo = new Undo(all::end)) { // no CPU may keep its link
            PossibleCpus possible = new KernelMapFactory().possibleCpus();
            for (int cpu : possible.numbers().toArray()) {
                int fd = open(event.onCpu(cpu));
                boolean isOffline = fd == -ErrnoNumbers.ENODEV && (cpu < possible.range() - 1 || !links.isEmpty());
                if (!isOffline) {
                    links.add(link(program, fd, 0, errors));
                }
            }
            return undo.commit(all);
        }
    }

    /**
     * Searches a name without a slash as libbpf does ({@code resolve_full_path} in {@code libbpf.c}): a library in {@code LD_LIBRARY_PATH}
     * and the system's directories, an executable in {@code PATH}. Returns another path, or one that is not found, as it is.
     */
    static Path findBinary(Path binary) {
        if (binary.getNameCount() != 1 || binary.isAbsolute()) {
            return binary.toAbsolutePath();
        }
        boolean library = binary.toString().endsWith(".so") || binary.toString().contains(".so.");
        String machine = "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : System.getProperty("os.arch");
        String directories = library
                ? environment("LD_LIBRARY_PATH") + ":/usr/lib64:/usr/lib:/usr/lib/" + machine + "-linux-gnu"
                : environment("PATH") + ":/usr/bin:/usr/sbin";
        return Stream.of(directories.split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory).resolve(binary))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(binary.toAbsolutePath());
    }

    private static String environment(String name) {
        return System.getenv().getOrDefault(name, "");
    }
}
