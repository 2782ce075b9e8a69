/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.SafeText;
import dev.nestmap.untyped.BtfValue;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A field in the output.
 *
 * @param name its name, with the names of the enclosing structs: {@code key.port}; empty for a key or value that is not a struct
 * @param text its readable value
 */
public record OutputField(String name, String text) {
    private static final Pattern PADDING = Pattern.compile("_*(pad|padding|reserved|unused)_?[0-9]*");

    /** The fields of a key or value. Leaves out padding, and fields that only the kernel reads. */
    public static List<OutputField> of(BtfValue value) {
        return of(List.of(value));
    }

    /** The fields of a value that each of these CPUs has, with the sums of their numbers. */
    public static List<OutputField> of(List<BtfValue> cpus) {
        List<OutputField> cells = new ArrayList<>();
        add("", cpus, cells);
        return cells;
    }

    /** Name and value without colours. */
    public String plain() {
        return name.isEmpty() ? text : name + "=" + text;
    }

    /** All fields with their names: {@code port=443 protocol=tcp}. */
    public static String inOneLine(List<OutputField> cells) {
        return cells.stream().map(OutputField::plain).collect(Collectors.joining(" "));
    }

    private static void add(String prefix, List<BtfValue> cpus, List<OutputField> cells) {
        BtfValue value = cpus.get(0);
        if (BtfValueText.isWhole(value)) {
            cells.add(new OutputField(prefix, BtfValueText.of(cpus)));
            return;
        }
        List<BtfValue> parts = value.kind() == BtfValue.Kind.UNION ? usedMember(value) : value.parts();
        for (BtfValue part : parts) {
            if (part.kind() != BtfValue.Kind.MANAGED
                    && !PADDING.matcher(part.name()).matches()) {
                add(joined(prefix, part.name()), ofEach(cpus, part), cells);
            }
        }
    }

    /** This part of the first CPU's value, and the same part of the others. */
    private static List<BtfValue> ofEach(List<BtfValue> cpus, BtfValue part) {
        List<BtfValue> parts = new ArrayList<>(List.of(part));
        int at = part.offset() - cpus.get(0).offset();
        for (BtfValue cpu : cpus.subList(1, cpus.size())) {
            cpu.parts().stream()
                    .filter(other ->
                            other.offset() - cpu.offset() == at && other.name().equals(part.name()))
                    .forEach(parts::add);
        }
        return parts;
    }

    private static String joined(String prefix, String name) {
        String shown = SafeText.visible(name);
        return prefix.isEmpty() ? shown : shown.isEmpty() ? prefix : prefix + "." + shown;
    }

    /** The first member that covers all bytes that are set: C does not say which one the program has written. */
    private static List<BtfValue> usedMember(BtfValue union) {
        byte[] bytes = union.bytes().toBytes();
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        int needed = used;
        return union.parts().stream()
                .filter(member -> member.size() >= needed)
                .findFirst()
                .map(List::of)
                .orElse(List.of());
    }
}
