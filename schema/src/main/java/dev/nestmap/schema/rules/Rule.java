/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import java.util.Locale;

/**
 * The catalogue of everything that can be wrong with what a developer wrote. Each rule has a page
 * {@code docs/rules/<id>.md}.
 *
 * <p>Ids: 1xx what records must look like, 2xx component types, 3xx what the kernel demands of maps, 4xx names, 9xx
 * Nestmap itself. An id is never given to another rule.
 */
public enum Rule {
    NO_RECORD(
            "NM-101",
            "%s is not a record",
            "an entry of a map is described by a record's components",
            "make it a record"),
    NO_INTERFACE(
            "NM-102",
            "@BpfObject stands on %s, which is not a top-level interface",
            "one top-level interface is one header and one generated class",
            "put it on a top-level interface that has the records nested in it"),
    MAP_IN_NO_OBJECT(
            "NM-103",
            "%s is nested in %s, which is no @BpfObject",
            "a header and a generated class come from one top-level type",
            "%s, or make the record top-level"),
    OBJECT_WITHOUT_MAPS(
            "NM-104",
            "@BpfObject %s has no map",
            "nothing would be generated from it",
            "nest a record with @OuterMap, @InnerMap or @BpfMap in it"),
    FAMILY_OF_NONE(
            "NM-118",
            "@OuterMaps of %s has no @OuterMap in it",
            "the record is no map then",
            "write @OuterMap once for each map; the compiler gathers them"),
    SEVERAL_MAPS_IN_ONE(
            "NM-105", "%s carries both @%s and @%s", "a record is one entry of one map", "keep one of them"),
    INNER_IS_NO_INNER_MAP(
            "NM-106",
            "inner = %s is not an @InnerMap record",
            "the kernel creates every inner map after one definition, of a type that may be inner",
            "annotate %1$s with @InnerMap, or name a record that is"),
    NO_KEY(
            "NM-107",
            "%s has no @Key component",
            "a %s map finds its entries by a key",
            "mark the component that is the key with @Key; make it a record where the key is compound"),
    SEVERAL_KEYS(
            "NM-108",
            "%s has a second @Key component, %s",
            "a map has one key",
            "put the components of the key into a record of their own and mark that one with @Key"),
    OUTER_WITH_VALUE(
            "NM-109",
            "%s is not part of the key of outer map %s",
            "the value of an outer map is an inner map and nothing else (kernel: value_size is 4, an fd)",
            "take the @Key annotations away, so that every component is key, and move what is value into the @InnerMap record"),
    OUTER_WITHOUT_KEY(
            "NM-110",
            "outer map %s has no components",
            "inner maps are found by a key",
            "add the key's components, for example @U32 long id"),
    ARRAY_WITHOUT_VALUE(
            "NM-111",
            "array %s has only a key",
            "every index of an array always exists, so it can't be a set, and the kernel takes no value_size of 0",
            "add a value component, or use HASH for a set"),
    GENERIC_RECORD("NM-112", "%s has type parameters", "a C struct has one layout", "write the types out"),
    ELSEWHERE_NESTED(
            "NM-113",
            "%s is nested in %s",
            "to use it from here would include that object's header, and so define its maps here too",
            "make it a top-level type annotated with @BpfType (@InnerMap for an inner map)"),
    UNSHARED_TYPE(
            "NM-114",
            "%s is a top-level type without @BpfType",
            "a struct or enum that several headers use is declared once, in a header of its own",
            "annotate it with @BpfType, or nest it here"),
    NOT_VISIBLE(
            "NM-115",
            "%s is not visible to %s",
            "that class is generated, and makes and reads its values",
            "make it %s, and what it is nested in"),
    BROKEN_ELSEWHERE(
            "NM-116",
            "%s was compiled before, and is not fit for use",
            "%s",
            "mend it and compile it with Nestmap's processor"),
    KEY_OF_KEYLESS(
            "NM-117",
            "component %s of %s is a @Key",
            "a %s has entries without keys, and the kernel takes no key_size but 0 (EINVAL)",
            "take the @Key away, so that it is part of the entry; or use a type that finds entries by a key"),

    NO_C_FORM("NM-201", "component %s has type %s", "%s", "use %s"),
    RECURSIVE_TYPE(
            "NM-202",
            "%s contains itself, by %s",
            "a C struct has a fixed size",
            "break the cycle: keep the key of the other entry instead of the entry"),
    EMPTY_STRUCT(
            "NM-203",
            "record %s has no components",
            "its C struct would have no size, and the kernel takes no key or value of size 0",
            "add a component, or leave it out"),
    SEVERAL_WIDTHS("NM-204", "component %s carries both @%s and @%s", "it has one width in C", "keep one of them"),
    WIDTH_DOES_NOT_FIT("NM-205", "@%s does not fit component %s of type %s", "%s", "use %s"),
    ENUM_WITHOUT_CONSTANTS("NM-206", "enum %s has no constants", "C has no empty enum", "add a constant"),
    ENUM_VALUES_PARTLY(
            "NM-207",
            "constant %s of enum %s has no @EnumValue, but others have",
            "a value that depends on the order would change unnoticed when a constant is added",
            "give every constant an @EnumValue, or none"),
    ENUM_VALUE_TWICE(
            "NM-208",
            "constants %s and %s of enum %s have the same value %s",
            "a value that is read would stand for two constants",
            "give each its own value"),
    ENUM_VALUE_TOO_WIDE(
            "NM-209",
            "value %s of constant %s does not fit %s",
            "the value would be cut off in C",
            "give the constant a smaller value%s"),
    SIZE_MISSING(
            "NM-210",
            "component %s of type %s has no @Size",
            "the kernel's keys and values have a fixed size, and the Java type has none",
            "%s"),
    SIZE_DOES_NOT_FIT(
            "NM-211",
            "@Size does not fit component %s of type %s",
            "it has one number for each dimension of the type, the outermost first",
            "%s"),
    SIZE_OUT_OF_RANGE(
            "NM-212",
            "component %s would have a size of %s",
            "C has no empty arrays, and Java addresses at most 2147483647 bytes",
            "use a size in that range"),
    ARRAY_IN_KEY(
            "NM-213",
            "%s is part of a key and has type %s",
            "Java compares arrays by identity, so a key that is read would never equal the one that was written",
            "use %s, which is compared by value"),
    UNKNOWN_VALUE_REFUSED(
            "NM-214",
            "constant %s of enum %s can't be @UnknownValue",
            "%s",
            "mark one constant that has no value of its own"),
    UNIT_MISSING(
            "NM-215",
            "component %s of type %s has no @Unit",
            "in C it is a number, of which nothing says what it counts",
            "write @Unit(TimeScale.NANOS), MICROS, MILLIS or SECONDS"),
    UNIT_DOES_NOT_FIT(
            "NM-216",
            "@Unit does not fit component %s of type %s",
            "a unit is that of a Duration or an Instant",
            "leave it out, or use one of these types"),
    NO_HEADER(
            "NM-217",
            "@External of %s names the header \"%s\"",
            "C would not find the type there, or would read more than a name",
            "write the path as C includes it: \"linux/if_ether.h\", \"my_types.h\""),
    KERNEL_TYPE_MOVES(
            "NM-218",
            "@External of %s names %s",
            "of the types there the compiler lets offsets follow the running kernel (preserve_access_index), and the bytes of"
                    + " a map don't",
            "name the kernel's header for user space that defines it (linux/..., asm/...), or a copy of your own under another"
                    + " name"),
    NOT_EXTERNAL("NM-219", "@External does not fit %s", "%s", "%s"),
    TRUNCATED_KEY(
            "NM-220",
            "%s is part of a key and may be cut",
            "a key that is read would not equal the one that was written, and two that begin alike would be one entry",
            "leave truncate out, so that a longer text is refused, or make @Size larger"),
    BITS_OUT_OF_RANGE(
            "NM-230",
            "component %s would have %s bits of a %s",
            "it has from 1 to %s",
            "use as many, or a wider annotation"),
    NO_ALIGNMENT(
            "NM-231",
            "the alignment of %s is %s",
            "C knows powers of two, and larger ones than %s have no use in a map",
            "use 1, 2, 4, 8, ..."),
    NO_PAD("NM-232", "@Pad of %s has no size", "it is from 0 to %s, in bytes and in bits", "use such a number"),
    PLACE_DOES_NOT_FIT("NM-233", "@%s does not fit component %s of type %s", "%s", "%s"),
    SHAPE_DOES_NOT_FIT("NM-265", "@%s does not fit record %s", "%s", "%s"),
    NO_UNION("NM-250", "%s is no C union", "%s", "%s"),
    UNION_UNTAGGED(
            "NM-251",
            "nothing says which member of its union component %s of type %s is",
            "%s",
            "use Untagged<%2$s>, or put it beside the component that says it in a record, and name that one:"
                    + " @Union(discriminator = ...)"),
    NO_DISCRIMINATOR(
            "NM-252",
            "beside component %s of union %s there is no %s that says which member it is",
            "the discriminator is an integer, an enum or a boolean in the same struct",
            "add such a component %s, or use Untagged"),
    CASE_MISSING(
            "NM-253",
            "no value of %2$s stands for member %1$s",
            "it could not be written so that it is read as what it is",
            "annotate it with @Case"),
    CASE_TWICE(
            "NM-254",
            "members %2$s and %1$s are both for %3$s",
            "a union that is read would be either",
            "take it from one of them"),
    NO_SUCH_CASE(
            "NM-255",
            "member %1$s is for %2$s, which %3$s can't be",
            "no union would ever be this member",
            "use a value that it can have"),
    NOTHING_ANONYMOUS(
            "NM-256",
            "@Anonymous stands on %s, which is no struct and no union",
            "it is their members that C then finds around them",
            "leave it out"),
    FIELD_DOES_NOT_FIT("NM-266", "@%s does not fit record %s", "%s", "%s"),
    BEFORE_NOTHING(
            "NM-267",
            "field %s of record %s would stand before \"%s\"",
            "there is no such component in its struct",
            "name one of %s, or leave before out: then it stands at the end"),
    CONTAINS_NO_NODE(
            "NM-268",
            "field %s of record %s contains %s",
            "only a record with @%s has what links its elements in",
            "put @%4$s on %3$s, or name another record"),

    CASE_OF_NOTHING(
            "NM-260",
            "@Case stands on %s, which is no member of a union",
            "it says for which values of a discriminator a union is this member",
            "leave it out, or have the record implement a sealed interface with @Union that permits it"),
    NAME_TOO_LONG(
            "NM-264",
            "%s name %s has %s characters",
            "the kernel refuses BTF with a name of more than %s (EINVAL)",
            "use a shorter name"),

    MAX_ENTRIES_MISSING(
            "NM-301",
            "map %s has no maxEntries",
            "the kernel refuses a %s with max_entries 0 (EINVAL)",
            "say how many entries it holds at most: maxEntries = ..., or MaxEntries.AT_LOAD to say it when the object is loaded"),
    MAX_ENTRIES_AT_LOAD_OF_NO_OBJECT(
            "NM-350",
            "maxEntries of map %s is left to load time",
            "it is said when the object is loaded, by its generated class, and a top-level map belongs to no object",
            "say a number, or declare the map in the interface of a @BpfObject"),
    MAX_ENTRIES_NOT_POSITIVE(
            "NM-302",
            "maxEntries of map %s is %s",
            "the kernel refuses a %s with max_entries 0 (EINVAL), and it is unsigned",
            "use a number from 1"),
    INNER_MAX_ENTRIES_NOT_POSITIVE(
            "NM-351",
            "innerMaxEntries of outer map %s is %s",
            "it is how many entries each of its inner maps holds at most; what is left to load time is left by their record",
            "use a number from 1, or leave it out, and let the record say maxEntries = MaxEntries.AT_LOAD if that is meant"),
    MAX_ENTRIES_TOO_LARGE(
            "NM-303", "maxEntries of map %s is %s", "the kernel takes at most %s for a %s", "use at most that many"),
    ARRAY_KEY_NO_INDEX(
            "NM-304",
            "the key of array %s is %s",
            "the kernel finds entries of a %s by an index of 4 bytes (EINVAL for another key_size)",
            "use int, @U32 long or an enum as key, or a hash type"),
    ENTRY_TOO_LARGE(
            "NM-305",
            "key and value of map %s take %s bytes together",
            "the kernel refuses an element of a %s of more than %s bytes (E2BIG)",
            "make the record smaller, or use several maps"),
    VALUE_TOO_LARGE(
            "NM-306",
            "the value of map %s takes %s bytes",
            "the kernel refuses a value of a %s of more than %s bytes (E2BIG)",
            "make the record smaller, or use several maps"),
    FLAG_NOT_TAKEN(
            "NM-307",
            "map %s is declared with %s",
            "of a %s the kernel takes only the flags %s (EINVAL)",
            "leave out what is not among them"),
    FLAGS_EXCLUDE(
            "NM-308", "map %s is declared with %s", "the kernel refuses the two together (EINVAL)", "keep one of them"),
    EXTRA_TOO_LARGE(
            "NM-309",
            "mapExtra of map %s is %s",
            "the kernel takes for a %s at most %s (EINVAL)",
            "use at most that, or leave it out"),
    VALUE_SIZE_REFUSED(
            "NM-310",
            "the value of map %s takes %s",
            "the kernel takes for a %s values of %s only (EINVAL)",
            "change the components that are the value"),
    KEY_SIZE_REFUSED(
            "NM-311",
            "the key of map %s takes %s",
            "the kernel takes for a %s keys of %s only",
            "change the components of the key"),
    NO_PREFIX(
            "NM-312",
            "the key of trie %s is %s",
            "the kernel reads its first 4 bytes as the number of bits that count, and then the bits",
            "use Ipv4Prefix or Ipv6Prefix, or a record whose first component is @U32, the length"),
    PREFIX_WITH_GAP(
            "NM-313",
            "the key of trie %s has padding at byte %s of %s",
            "the kernel counts its bits as part of the prefix",
            "put the components in an order that leaves no gap, or make the record @Packed"),
    RING_SIZE(
            "NM-314",
            "maxEntries of ring buffer %s is %s",
            "it is its size in bytes, and the kernel takes a power of two of whole pages (EINVAL)",
            "use %s"),
    RECORD_LARGER_THAN_RING(
            "NM-315",
            "a record of ring buffer %s takes %s bytes with its head",
            "there is room for %s, so that none would ever be written",
            "make the record smaller, or maxEntries larger"),
    VALUE_OF_DESCRIPTORS(
            "NM-316",
            "%s has components besides its key",
            "the values of a %s are file descriptors of what the accessor's put takes",
            "leave only the @Key component"),
    STORAGE_WITH_LENGTH(
            "NM-317",
            "maxEntries of storage %s is %s",
            "whatever owns an entry has room for it, and the kernel takes for a %s no max_entries but 0 (EINVAL)",
            "leave maxEntries out"),
    KEY_OF_STORAGE(
            "NM-318",
            "component %s of %s is a @Key",
            "an entry of a %s belongs to a kernel object, to which programs have a pointer and user space a file descriptor",
            "take the @Key away; the descriptor goes to get, put and remove of the accessor"),
    ARENA_WITH_COMPONENTS(
            "NM-319",
            "%s, which is an ARENA, has component %s",
            "the kernel knows no entries in it (EINVAL for another key_size or value_size than 0); what is where is up to programs",
            "leave the record's components out"),
    ARENA_ADDRESS(
            "NM-320",
            "mapExtra of arena %s is %s",
            "it is an address in user space: that of a page, from which the arena stays below 4 GiB (libbpf 1.1 takes 32 bits)",
            "use a multiple of 4096 up to %s, or leave it out"),

    EVENT_TOO_LONG(
            "NM-321",
            "an event of %s has %s bytes",
            "the kernel has 16 bits for the length of what it writes for an event, and cuts off the rest without an error",
            "make the record %s bytes long at most; or use a ring buffer, which holds longer ones"),

    MANAGED_NOT_TAKEN(
            "NM-269",
            "the values of map %s have a %s",
            "the kernel takes it in a %s only (EOPNOTSUPP)",
            "use one of these, or leave the field out"),
    ROOT_WITHOUT_LOCK(
            "NM-270",
            "the values of map %s have a %s and no lock",
            "programs may use it under a bpf_spin_lock of the same value only, and the kernel refuses the map (EINVAL)",
            "put @SpinLock on the record"),
    MANAGED_AND_FLAG(
            "NM-271",
            "map %s is declared with %s, and its values have a %s",
            "the kernel refuses such a map, because programs write to the field (EACCES)",
            "leave the flag or the field out"),
    MANAGED_UNALIGNED(
            "NM-272",
            "the values of map %s have a %s at offset %s",
            "the kernel takes it at a multiple of %s only (EINVAL)",
            "leave @Packed out"),
    TOO_MANY_MANAGED(
            "NM-273",
            "the values of map %s have %s fields that the kernel manages",
            "the kernel takes at most %s in one value (E2BIG)",
            "keep some of them in another map"),
    MANAGED_AND_MMAPABLE(
            "NM-274",
            "map %s is declared with BPF_F_MMAPABLE, and its values have a %s",
            "the kernel lets user space map no memory with such a field (ENOTSUPP)",
            "leave the flag or the field out"),

    NO_PIN_PATH(
            "NM-331",
            "map %s can't be pinned at \"%s\"",
            "the kernel keeps names with a dot for itself (EPERM), and a pin is to stay where it is said to be",
            "use names of letters, digits, underscores and hyphens, with / between them: \"tenant\", \"acme/tenant\" or"
                    + " \"/sys/fs/bpf/acme/tenant\""),
    PIN_INNERS_ALONE(
            "NM-332",
            "map %s is not pinned, but its inner maps are",
            "they are pinned beside it",
            "say where it is pinned (pin = ...), or leave pinInners out"),
    PINNED_KEY_TOO_LONG(
            "NM-333",
            "map %s is pinned, and its key has %s bytes",
            "names of pinned inner maps are made from the key, and a file's name has room for %s bytes of it",
            "make the key shorter, or leave pin out"),
    PIN_TWICE(
            "NM-334", "maps %s and %s are both pinned at \"%s\"", "a path names one map", "pin one of them elsewhere"),
    PIN_WHERE_ANOTHER_IS(
            "NM-336",
            "map %s is pinned at \"%s\", which is of the pin of map %s at \"%s\"",
            "a pin is a file and no folder, and what begins with its path and a hyphen is the same map's: its inner maps, and what a"
                    + " migration prepares",
            "pin one of them elsewhere"),
    SLOTS_AND_RDONLY(
            "NM-335",
            "map %s has slots from the start and is declared with BPF_F_RDONLY",
            "they are filled by the descriptor that the map is made with, which then only reads (EPERM)",
            "leave the flag out"),

    NOT_ON_DEMAND(
            "NM-430",
            "%s carries @OnDemand and is no outer map",
            "only the inner maps of an outer map can be made when a program misses them",
            "put it on the @OuterMap record"),
    MAX_PENDING_OUT_OF_RANGE(
            "NM-431",
            "maxPending of map %s is %s",
            "missing keys are noted in a HASH, of which the kernel takes from %s to %s as max_entries",
            "use a number in that range; 1024 is the default"),

    NO_C_IDENTIFIER(
            "NM-401",
            "%s name \"%s\" is not a C identifier",
            "it stands in the header as it is",
            "use letters, digits and underscores, and no digit first%s"),
    C_KEYWORD("NM-402", "%s name \"%s\" is a keyword or reserved in C", "the header would not compile", "%s"),
    C_NAME_CLASH(
            "NM-403",
            "%s would have the C name %s, as has %s",
            "C has one name space for what a header declares",
            "%s"),
    HEADER_CLASH(
            "NM-404",
            "%s and %s would both write the header %s.bpf.h",
            "the one written last would win",
            "give one of them another name"),
    JAVA_NAME_CLASH(
            "NM-405",
            "%s would be generated as %s, as would %s",
            "a class or method can't be there twice",
            "rename one of them"),
    TWO_NAMES("NM-406", "%s has two C names, name = \"%s\" and @Name(\"%s\")", "it has one", "take one of them away"),

    SLOT_KEY_NOT_IN_OBJECT(
            "NM-410",
            "the object is to fill slots of map %s, whose key is %s",
            "libbpf fills slots by keys of 4 bytes in the machine's own byte order only",
            "let Nestmap fill them: fill = SlotFill.AT_LOAD"),
    SLOT_OUT_OF_RANGE("NM-411", "map %s can't have slot %s", "%s", "%s"),
    SLOT_TWICE(
            "NM-412",
            "slot %2$s of map %1$s is declared twice, for %3$s and %4$s",
            "a slot holds one map or program",
            "take one of them away, or give it another index"),
    INSTANCE_OF_TWO(
            "NM-413",
            "inner map %s is a %s in slots of %s and a %s in slots of %s",
            "the same name is the same map",
            "use another name for one of them, or the same inner map record in both"),
    SLOTS_MISPLACED(
            "NM-414",
            "@%s does not fit %s",
            "slots are those of an outer map in an object, whose generated class has a method for each inner map, or of a program array",
            "put it on an @OuterMap record that is nested in a @BpfObject interface, or on a @BpfMap of type PROG_ARRAY"),
    SLOT_KEY_PARTS(
            "NM-415",
            "slot %2$s of map %1$s has another number of numbers than its key %3$s has parts",
            "%4$s",
            "%5$s"),
    ENUM_SLOTS_WITHOUT_ENUM(
            "NM-416",
            "@EnumSlots stands on %s, whose key is no enum",
            "it means a slot for each of the enum's constants",
            "make the one component an enum, or write each slot as a @Slot"),
    TOO_MANY_SLOTS(
            "NM-417",
            "map %s has %s slots from the start",
            "the kernel takes no more than max_entries, which is %s (E2BIG)",
            "say a larger maxEntries, or declare fewer slots"),

    FAMILY_OF_TWO_INNERS(
            "NM-257",
            "%s is a family of outer maps, and %s holds %s where others hold %s",
            "a family has one accessor, which reads the entries of one inner record",
            "say the same inner in each (its size may differ: innerMaxEntries), or declare a record for each inner"),
    SLOTS_OF_FAMILY(
            "NM-258",
            "%s declares slots and is several outer maps",
            "it is not said which of them the inner maps are in",
            "declare the outer map that has the slots as a record of its own"),
    SLOTS_RESIZED(
            "NM-259",
            "%s declares slots and says innerMaxEntries",
            "an inner map in a slot is a map of its record, and has the size that this says",
            "leave innerMaxEntries out, or declare an inner record of that size"),

    INTERNAL_ERROR(
            "NM-901",
            "Nestmap failed on %s: %s",
            "this is a defect of Nestmap and not of your code",
            "please report it with the lines below and, if you can, the type"),
    NOTHING_GENERATED(
            "NM-902",
            "nothing was generated from %s",
            "an annotated type always yields a header and accessors, or an error that says why not",
            "please report it: this is a defect of Nestmap"),
    NOT_WRITTEN(
            "NM-903",
            "what is generated from %s could not be written",
            "%s",
            "see to it that the compiler can write to its output folders");

    private final String id;
    private final String what;
    private final String why;
    private final String fix;

    Rule(String id, String what, String why, String fix) {
        this.id = id;
        this.what = what;
        this.why = why;
        this.fix = fix;
    }

    /** How the rule is called in messages and pages: {@code NM-106}. */
    public String id() {
        return id;
    }

    /**
     * The whole message: {@code [id] what is wrong: why it is refused; what to do}.
     *
     * @param args what the placeholders of the three parts stand for, in order through all of them
     */
    public String message(Object... args) {
        String format = "[" + id + "] " + what + ": " + why + "; " + fix;
        return String.format(Locale.ROOT, format, args);
    }
}
