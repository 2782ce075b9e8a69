/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import dev.nestmap.schema.program.ProgramSection.Flag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The sections that libbpf knows: those of programs ({@code section_defs} in {@code src/libbpf.c}, versions 1.1 to 1.8) with the kinds of
 * attachments that fit. The runtime sets the types of programs whose sections the loaded libbpf
 * does not know.
 */
public final class SectionTable {
    /** Names up to this length are too short to recognize a typing mistake. */
    private static final int SHORT_NAME = 4;

    /** More than the length of each name. */
    private static final int LONGEST_NAME = 32;

    /** What other tools put between a section and a further name. */
    private static final String SEPARATORS = "/_-.:";

    private static final String UNRELEASED = "newer than 6.18";

    /** The rows of {@code sections.txt}. */
    private static final List<ProgramSection> ROWS = TextFile.read(
                    SectionTable.class.getResourceAsStream("sections.txt"))
            .lines()
            .map(SectionTable::row)
            .toList();

    private SectionTable() {}

    private static ProgramSection row(String line) {
        String[] parts = line.split(": ", 2);
        List<String> words = new ArrayList<>(List.of(parts[0].split(" +")));
        boolean isUnreleased = words.remove("unreleased");
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        Stream.of(Flag.values()).filter(flag -> words.remove(flag.name())).forEach(flags::add);
        String since = isUnreleased ? UNRELEASED : words.size() > 3 ? words.get(3) : null;
        AttachType attachType = words.get(2).equals("-") ? null : AttachType.valueOf(words.get(2));
        boolean areKinds = parts[1].equals(parts[1].toUpperCase(Locale.ROOT));
        List<AttachmentKind> kinds = areKinds
                ? Stream.of(parts[1].split(", ")).map(AttachmentKind::valueOf).toList()
                : List.of();
        return new ProgramSection(
                words.get(0),
                ProgramType.valueOf(words.get(1)),
                attachType,
                flags,
                kinds,
                areKinds ? "" : parts[1],
                since);
    }

    /** All rows. */
    public static List<ProgramSection> rows() {
        return ROWS;
    }

    static Optional<ProgramSection> find(String section) {
        return ROWS.stream().filter(row -> row.matches(section)).findFirst();
    }

    /**
     * The known section with the name nearest to an unknown one: {@code xdp} for {@code xpd}, and {@code kprobe/do_unlinkat} for {@code
     * kprob/do_unlinkat}.
     *
     * @param section a name that no row matches
     * @return the name, or empty if no typing mistake explains it
     */
    static Optional<String> nearest(String section) {
        return ROWS.stream().flatMap(row -> corrected(section, row).stream()).findFirst();
    }

    private static Optional<String> corrected(String section, ProgramSection row) {
        int slash = row.pattern().endsWith("+") ? section.indexOf('/') : -1;
        String name = slash < 0 ? section : section.substring(0, slash);
        boolean isSwapped = name.length() == row.name().length();
        // Among short names, another character makes another kind of program: tcp, tc and tp.
        boolean isLikely = NearestNameFinder.changes(name, row.name()) == 1
                && (name.length() > SHORT_NAME || (isSwapped && sorted(name).equals(sorted(row.name()))));
        return isLikely ? Optional.of(row.name() + (slash < 0 ? "" : section.substring(slash))) : Optional.empty();
    }

    private static String sorted(String name) {
        char[] characters = name.toCharArray();
        Arrays.sort(characters);
        return new String(characters);
    }

    /**
     * The known sections whose type the authors of another section meant. Other tools accept a name after the section ({@code
     * socket/http}, {@code cgroup/connect4/x}), also after an underscore ({@code xdp_pass}). Several sections if the name leaves out the
     * direction or the family: {@code cgroup/connect}.
     *
     * @param section a name that no row matches
     * @return the names of sections that need no target; empty if the name does not tell
     */
    static List<String> ofPrefix(String section) {
        for (int end = section.length() - 1; end > 0; end--) {
            if (SEPARATORS.indexOf(section.charAt(end)) >= 0 && end <= LONGEST_NAME) {
                String prefix = section.substring(0, end);
                Optional<ProgramSection> row =
                        ROWS.stream().filter(each -> each.name().equals(prefix)).findFirst();
                if (row.isPresent()) {
                    boolean needsTarget = row.get().flags().contains(Flag.TARGET_AT_LOAD);
                    return needsTarget ? List.of() : List.of(prefix);
                }
            }
        }
        String start = section.indexOf('/') < 0 ? section : section.substring(0, section.lastIndexOf('/'));
        return Stream.of(section, start)
                .map(SectionTable::begunBy)
                .filter(names -> !names.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** The sections of one program type whose names begin with this name: {@code cgroup/connect4} and others for {@code cgroup/connect}. */
    private static List<String> begunBy(String start) {
        List<ProgramSection> rows = ROWS.stream()
                .filter(row -> start.length() > SHORT_NAME && row.name().startsWith(start))
                .toList();
        boolean isOneType = rows.stream().map(ProgramSection::type).distinct().count() == 1;
        return isOneType ? rows.stream().map(ProgramSection::name).toList() : List.of();
    }
}
