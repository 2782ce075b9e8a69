/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.schema.program.TextFile;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every rule that a declaration can break. Its message is a row of {@code rules.txt}, and its page, whose address ends the message, {@code
 * docs/rules/<id>.md}.
 *
 * <p>The first digit of an id is the group: 1 the form of records, 2 the types of components, 3 limits of the kernel, 4 names and slots, 5
 * notes, 9 failures of Nestmap itself. An id is never reused for another rule.
 */
public enum Rule {
    NOT_A_RECORD("NM-101"),
    OBJECT_NOT_AN_INTERFACE("NM-102"),
    MAP_NESTED_OUTSIDE_OBJECT("NM-103"),
    OBJECT_WITHOUT_MAPS("NM-104"),
    SEVERAL_MAP_ANNOTATIONS("NM-105"),
    INNER_NOT_AN_INNER_MAP("NM-106"),
    KEY_MISSING("NM-107"),
    SEVERAL_KEYS("NM-108"),
    OUTER_WITH_VALUE("NM-109"),
    ARRAY_WITHOUT_VALUE("NM-111"),
    GENERIC_RECORD("NM-112"),
    TYPE_NESTED_ELSEWHERE("NM-113"),
    UNSHARED_TYPE("NM-114"),
    TYPE_NOT_VISIBLE("NM-115"),
    COMPILED_TYPE_UNUSABLE("NM-116"),
    KEY_IN_MAP_WITHOUT_KEYS("NM-117"),
    OUTER_MAPS_EMPTY("NM-118"),
    OUTSIDE_OBJECT("NM-120"),
    PROGRAM_TWICE("NM-121"),
    PROGRAM_TYPE_UNKNOWN("NM-122"),
    PROGRAM_WITHOUT_TARGET("NM-123"),
    INNER_TYPE_REFUSED("NM-124"),
    TYPE_NOT_OF_ROLE("NM-125"),

    NO_C_FORM("NM-201"),
    RECURSIVE_TYPE("NM-202"),
    EMPTY_STRUCT("NM-203"),
    SEVERAL_WIDTHS("NM-204"),
    WIDTH_DOES_NOT_FIT("NM-205"),
    ENUM_WITHOUT_CONSTANTS("NM-206"),
    ENUM_VALUE_MISSING("NM-207"),
    ENUM_VALUE_TWICE("NM-208"),
    ENUM_VALUE_TOO_WIDE("NM-209"),
    SIZE_MISSING("NM-210"),
    SIZE_DOES_NOT_FIT("NM-211"),
    SIZE_OUT_OF_RANGE("NM-212"),
    ARRAY_IN_KEY("NM-213"),
    UNKNOWN_VALUE_MISPLACED("NM-214"),
    UNIT_MISSING("NM-215"),
    ANNOTATION_OF_OTHER_TYPES("NM-216"),
    HEADER_NAME_INVALID("NM-217"),
    RELOCATABLE_KERNEL_TYPE("NM-218"),
    EXTERNAL_DOES_NOT_FIT("NM-219"),
    TRUNCATED_KEY("NM-220"),
    POINTER_TARGET_INVALID("NM-223"),
    BITS_OUT_OF_RANGE("NM-230"),
    ALIGNMENT_INVALID("NM-231"),
    PAD_OUT_OF_RANGE("NM-232"),
    LAYOUT_ANNOTATION_DOES_NOT_FIT("NM-233"),
    ALIGNED_BIT_FIELD("NM-235"),
    PAD_INSIDE_BYTE("NM-236"),
    SIGNED_WIDTH_DOES_NOT_FIT("NM-237"),
    WIDTH_MISPLACED("NM-238"),
    STRUCT_NAME_MISPLACED("NM-239"),
    UNION_INVALID("NM-250"),
    ANONYMOUS_NOT_A_STRUCT("NM-256"),
    OUTER_MAPS_DIFFER_IN_INNER("NM-257"),
    NAME_TOO_LONG("NM-264"),
    MANAGED_FIELD_DOES_NOT_FIT("NM-266"),
    BEFORE_UNKNOWN_COMPONENT("NM-267"),
    MANAGED_FIELD_NOT_SUPPORTED("NM-269"),
    MANAGED_AND_FLAG("NM-271"),
    MANAGED_UNALIGNED("NM-272"),
    MANAGED_FIELD_IN_SECTION("NM-276"),
    MANAGED_AND_BIT_FIELD("NM-282"),
    WORD_CONTRADICTS("NM-290"),

    MAX_ENTRIES_MISSING("NM-301"),
    MAX_ENTRIES_NOT_POSITIVE("NM-302"),
    MAX_ENTRIES_TOO_LARGE("NM-303"),
    ARRAY_KEY_NOT_AN_INDEX("NM-304"),
    ENTRY_TOO_LARGE("NM-305"),
    VALUE_TOO_LARGE("NM-306"),
    FLAG_NOT_SUPPORTED("NM-307"),
    FLAGS_CONFLICT("NM-308"),
    EXTRA_TOO_LARGE("NM-309"),
    SIZE_NOT_SUPPORTED("NM-310"),
    TRIE_KEY_WITHOUT_LENGTH("NM-312"),
    TRIE_KEY_WITH_PADDING("NM-313"),
    RING_BUFFER_SIZE_INVALID("NM-314"),
    RECORD_LARGER_THAN_RING_BUFFER("NM-315"),
    VALUE_IN_DESCRIPTOR_MAP("NM-316"),
    MAX_ENTRIES_OF_STORAGE("NM-317"),
    ARENA_WITH_COMPONENTS("NM-319"),
    ARENA_ADDRESS_INVALID("NM-320"),
    EVENT_TOO_LONG("NM-321"),
    ENUM_KEY_BEYOND_ARRAY("NM-322"),
    ENUM_BESIDE_BIT_FIELDS("NM-323"),
    NUMA_NODE_TOO_LARGE("NM-324"),
    INDEX_WITHOUT_WIDTH("NM-326"),
    VALUE_SIZE_DOES_NOT_FIT("NM-325"),
    PIN_PATH_INVALID("NM-331"),
    PIN_MISSING("NM-332"),
    PINNED_KEY_TOO_LONG("NM-333"),
    PIN_OVERLAPS_ANOTHER("NM-336"),
    PIN_BY_NAME_AND_PATH("NM-343"),
    SECTION_DOES_NOT_FIT("NM-340"),
    GLOBAL_TOO_LARGE("NM-341"),
    SIZED_AT_LOAD_DOES_NOT_FIT("NM-350"),
    INNER_MAX_ENTRIES_NOT_POSITIVE("NM-351"),

    NOT_A_C_IDENTIFIER("NM-401"),
    C_KEYWORD("NM-402"),
    C_NAME_CLASH("NM-403"),
    HEADER_CLASH("NM-404"),
    JAVA_NAME_CLASH("NM-405"),
    INNER_MAP_NAME_REUSED("NM-413"),
    ON_DEMAND_MISPLACED("NM-430"),
    MAX_PENDING_OUT_OF_RANGE("NM-431"),

    TRIE_VALUE_NOT_ALIGNED("NM-502"),
    TRIE_PREFIX_IN_MACHINE_ORDER("NM-503"),
    COUNTS_INTERRUPTED("NM-504"),
    UNSIGNED_TURNS_NEGATIVE("NM-506"),
    COUNTER_WRAPS("NM-507"),

    INTERNAL_ERROR("NM-901"),
    NOTHING_GENERATED("NM-902"),
    NOT_WRITTEN("NM-903");

    /** The site's folder with the pages. The site is the {@code url} of the POM. */
    private static final String PAGES = "https://nestmap.dev/rules/";

    /** The reason of {@link #COUNTS_INTERRUPTED} if runs of the program itself can interrupt each other. */
    public static final String RUNS_INTERRUPT = "runs of such a program can interrupt each other";

    private static final Pattern ROW =
            Pattern.compile("(?m)^(NM-\\d+)\n  problem  (.+)\n  reason   (.+)\n  remedy   (.+)$");

    private static final Map<String, String> FORMATS = formats();

    private final String id;

    Rule(String id) {
        this.id = id;
    }

    /** The id as messages and pages show it, such as {@code NM-106}. */
    public String id() {
        return id;
    }

    /** Whether it is a note: the declaration is accepted, but its programs need care. */
    public boolean isNote() {
        return id.startsWith("NM-5");
    }

    /** Whether this note is a warning of the compiler, because counts may be lost or wrong. */
    public boolean isWarning() {
        return switch (this) {
            case COUNTS_INTERRUPTED, COUNTER_WRAPS -> true;
            default -> false;
        };
    }

    /** The address of the rule's page. */
    public String page() {
        return PAGES + id;
    }

    /** The end of the rule's messages, which names the address of its page. */
    public String pageReference() {
        return ". See " + page();
    }

    /**
     * The whole message: {@code [id] problem: reason; remedy. See page}.
     *
     * @param args the values for the placeholders of the three parts, which share one numbering
     */
    public String message(Object... args) {
        return String.format(Locale.ROOT, "[" + id + "] " + FORMATS.get(id) + pageReference(), args);
    }

    private static Map<String, String> formats() {
        return ROW.matcher(TextFile.read(Rule.class.getResourceAsStream("rules.txt")))
                .results()
                .collect(Collectors.toUnmodifiableMap(
                        row -> row.group(1), row -> row.group(2) + ": " + row.group(3) + "; " + row.group(4)));
    }
}
