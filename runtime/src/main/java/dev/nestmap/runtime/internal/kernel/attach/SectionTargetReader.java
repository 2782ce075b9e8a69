/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramSection;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the target of a program from its section, in the forms of libbpf ({@code attach_*} in {@code libbpf.c}, 1.1 to 1.7). */
public record SectionTargetReader(ProgramSection row, String target) {
    /** A name, and an offset that may follow it. */
    private static final Pattern FUNCTION = Pattern.compile("(.+?)(?:\\+(0x[0-9a-fA-F]+|\\d+))?");

    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-fA-F]+|\\d+");

    /** The hook that the section describes, which makes one link; null if the section does not name enough. */
    public static @Nullable Hook<?, ?> of(String section) {
        ProgramSection row = ProgramSection.of(section).orElse(null);
        if (row == null || row.kinds().isEmpty()) {
            return null;
        }
        SectionTargetReader target = new SectionTargetReader(row, row.targetIn(section));
        return target.target.isEmpty() ? null : target.attachment(row.kinds().get(0));
    }

    private @Nullable Hook<?, ?> attachment(AttachmentKind kind) {
        return switch (kind) {
            case KPROBE -> kprobe();
            case KPROBE_MULTI -> new Kprobe.Multi(List.of(target), isReturning());
            case UPROBE -> uprobe();
            case UPROBE_MULTI -> uprobeMulti();
            case TRACEPOINT -> tracepoint();
            case RAW_TRACEPOINT -> Tracepoint.Raw.of(target);
            case TRACING -> Tracing.declared();
            default -> null;
        };
    }

    private Hook<?, ?> kprobe() {
        if (row.name().endsWith("syscall")) {
            return isReturning() ? Kprobe.onSyscallReturn(target) : Kprobe.onSyscall(target);
        }
        Matcher function = function(target);
        return isReturning()
                ? Kprobe.onReturn(function.group(1))
                : Kprobe.onEntry(function.group(1)).withOffset(offset(function));
    }

    private @Nullable Hook<?, ?> uprobe() {
        int colon = target.lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        Path binary = Path.of(target.substring(0, colon));
        String place = target.substring(colon + 1);
        if (NUMBER.matcher(place).matches()) {
            return new Uprobe(binary, "", Long.decode(place), isReturning(), null, 0);
        }
        Matcher function = function(place);
        return (isReturning() ? Uprobe.onReturn(binary, function.group(1)) : Uprobe.onEntry(binary, function.group(1)))
                .withOffset(offset(function));
    }

    private @Nullable Hook<?, ?> uprobeMulti() {
        int colon = target.lastIndexOf(':');
        return colon < 0
                ? null
                : new Uprobe.Multi(
                        Path.of(target.substring(0, colon)), List.of(target.substring(colon + 1)), isReturning(), null);
    }

    private @Nullable Hook<?, ?> tracepoint() {
        String[] parts = target.split("/", -1);
        return parts.length == 2 ? Tracepoint.of(parts[0], parts[1]) : null;
    }

    /** {@code kretprobe}, {@code uretprobe.multi}, {@code kretsyscall} and so on. */
    private boolean isReturning() {
        return row.name().startsWith("ret", 1);
    }

    private static Matcher function(String text) {
        Matcher matcher = FUNCTION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("every text that is not empty matches: " + text);
        }
        return matcher;
    }

    private static long offset(Matcher function) {
        String offset = function.group(2);
        return offset == null ? 0 : Long.decode(offset);
    }
}
