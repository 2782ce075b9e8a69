/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LinkRequest;
import dev.nestmap.runtime.internal.kernel.natives.MultiProbeRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Attaches programs to many functions with one link. */
final class MultiProbeAttacher {
    private static final Map<Errno, String> KPROBE_ERRORS = Map.of(
            Errno.ESRCH,
            "the kernel can't trace one of the functions: available_filter_functions in /sys/kernel/tracing lists those that it can",
            Errno.EADDRNOTAVAIL,
            "the kernel has several functions with one of these names: leave that name out");
    private static final Map<Errno, String> UPROBE_ERRORS = Map.of(
            Errno.ENOENT,
            "there is no such file",
            Errno.ESRCH,
            "there is no process with this id",
            Errno.EBADF,
            "the file is not a regular file");

    private MultiProbeAttacher() {}

    static KernelAttachment attach(NativeProgram program, Kprobe.Multi probes, AttachErrors errors) {
        LinkRequest request = MultiProbeRequest.kprobes(
                program.fd(), program.attachType(), functions(probes, errors), probes.returning());
        return create(request, errors, KPROBE_ERRORS);
    }

    static KernelAttachment attach(NativeProgram program, Uprobe.Multi probes, AttachErrors errors) {
        Path binary = Binaries.find(probes.binary());
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
        LinkRequest request = MultiProbeRequest.uprobes(
                program.fd(),
                program.attachType(),
                binary,
                places,
                probes.returning(),
                probes.process() == null ? 0 : probes.process());
        return create(request, errors, UPROBE_ERRORS);
    }

    private static KernelAttachment create(LinkRequest request, AttachErrors errors, Map<Errno, String> explanations) {
        int fd = request.create();
        return errors.link(fd, explanations);
    }

    private static Set<String> functions(Kprobe.Multi probes, AttachErrors errors) {
        Set<String> names = new LinkedHashSet<>();
        List<String> patterns = new ArrayList<>();
        probes.functions().forEach(function -> (isPattern(function) ? patterns : names).add(function));
        if (!patterns.isEmpty()) {
            Predicate<String> matches = patterns.stream()
                    .map(MultiProbeAttacher::matcher)
                    .reduce(Predicate::or)
                    .orElseThrow();
            TraceFiles.functions(errors).filter(matches).forEach(names::add);
        }
        requireSome(names, probes.functions(), errors);
        return names;
    }

    private static void requireSome(Collection<?> found, List<String> functions, AttachErrors errors) {
        if (found.isEmpty()) {
            throw errors.missing("no function matches " + String.join(", ", functions));
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
}
