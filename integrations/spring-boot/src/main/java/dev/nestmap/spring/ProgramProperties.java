/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.runtime.attach.UntypedProgram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Finds the programs that properties name. */
final class ProgramProperties {
    private ProgramProperties() {}

    /**
     * Returns the values of properties by their programs. A program has exactly the name in the property, or else one with the same letters and
     * digits: Spring Boot reads the environment variable {@code NESTMAP_ATTACH_COUNT_PACKETS} as the property {@code
     * nestmap.attach.count.packets}. If several properties name one program, the first counts: Spring Boot passes those of the environment before
     * those of files.
     *
     * @throws IllegalStateException if a property names no program, or several
     */
    static Map<UntypedProgram, String> find(
            String prefix, Map<String, String> properties, List<UntypedProgram> programs) {
        Map<UntypedProgram, String> values = new LinkedHashMap<>();
        properties.forEach((name, value) -> values.putIfAbsent(find(prefix, name, programs), value));
        return values;
    }

    private static UntypedProgram find(String prefix, String name, List<UntypedProgram> programs) {
        List<UntypedProgram> found = matching(programs, program -> program.equals(name));
        if (found.isEmpty()) {
            found = matching(programs, program -> relaxed(program).equals(relaxed(name)));
        }
        if (found.size() != 1) {
            throw new IllegalStateException(prefix + name + ": " + found.size()
                    + " programs of the beans have this name, but it must be one. The programs are "
                    + programs.stream().map(UntypedProgram::name).toList());
        }
        return found.get(0);
    }

    private static List<UntypedProgram> matching(List<UntypedProgram> programs, Predicate<String> name) {
        return programs.stream().filter(program -> name.test(program.name())).toList();
    }

    private static String relaxed(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }
}
