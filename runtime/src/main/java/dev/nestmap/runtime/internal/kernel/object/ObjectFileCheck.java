/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.btf.LoadCheck;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.schema.MapDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code nestmap check} says about an object file that libbpf or the kernel has rejected. */
final class ObjectFileCheck {
    private final String name;
    private final byte[] elf;

    ObjectFileCheck(String name, byte[] elf) {
        this.name = name;
        this.elf = elf;
    }

    /** The first map or symbol that is rejected; null to leave the explanation to libbpf's log. */
    @Nullable
    String rejectedPart() {
        return rejected(LoadCheck.of(name, elf, List.of()));
    }

    /** The reason why a map, or its inner maps, are rejected; null to leave the explanation to libbpf's log. */
    @Nullable
    String rejectedMap(String map) {
        return rejected(LoadCheck.ofMap(name, elf, map));
    }

    /** The maps that can be read. */
    List<MapDef> maps() {
        try {
            return ObjectFile.parseReadable(name, elf, new ArrayList<>())
                    .schema()
                    .maps();
        } catch (MalformedObjectException e) {
            return List.of();
        }
    }

    private static @Nullable String rejected(List<LoadCheck.Problem> problems) {
        return problems.stream()
                .filter(problem -> problem.severity() == LoadCheck.Severity.REJECTED
                        && problem.part() == LoadCheck.Part.DEFINITION)
                .map(problem -> problem.where() + ": " + problem.what() + "; " + problem.remedy())
                .findFirst()
                .orElse(null);
    }
}
