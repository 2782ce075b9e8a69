/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import java.util.Locale;

/**
 * Every rule that a declaration can break, with the message that the developer reads. Each rule has a page {@code docs/rules/<id>.md}, whose
 * address ends the message.
 *
 * <p>The first digit of an id is the group: 1 the form of records, 2 the types of components, 3 limits of the kernel, 4 names and slots, 5
 * notes, 9 failures of Nestmap itself. An id is never reused for another rule. The class is long because it is one table, in which all messages can
 * be compared.
 */
public enum Rule {
    NOT_A_RECORD(
            "NM-101",
            "%1$s is not %2$s",
            "Nestmap derives C types only from record components, enum constants and the members of a @Union"
                    + " interface",
            "declare %1$s as %2$s"),
    OBJECT_NOT_AN_INTERFACE(
            "NM-102",
            "@BpfObject is on %s, which is not a top-level interface",
            "Nestmap generates one header and one class from each top-level interface",
            "put the annotation on a top-level interface that contains the records"),
    MAP_NESTED_OUTSIDE_OBJECT(
            "NM-103",
            "%s is nested in %s, which is not a @BpfObject interface",
            "Nestmap generates one header and one class from each top-level type",
            "%s, or make %1$s a top-level type"),
    OBJECT_WITHOUT_MAPS(
            "NM-104",
            "@BpfObject %1$s has no map, no variable and no program",
            "Nestmap would have nothing to generate",
            "nest a record with @OuterMap, @InnerMap, @BpfMap, @Constants or @Variables in %1$s, or declare a program"
                    + " with @BpfProgram"),
    SEVERAL_MAP_ANNOTATIONS(
            "NM-105",
            "%s has both @%s and @%s",
            "a record is an outer map, an inner map, a plain map, a variable or a struct, but only one of these",
            "remove one of the two annotations"),
    INNER_NOT_AN_INNER_MAP(
            "NM-106",
            "inner = %s is not an @InnerMap record",
            "the kernel compares every inner map with a prototype, which an @InnerMap record declares%s",
            "name an @InnerMap record%s"),
    KEY_MISSING("NM-107", "%s has no key", "programs find an entry of %s by its key", "%s"),
    SEVERAL_KEYS(
            "NM-108",
            "%s has a second @Key component, %s",
            "a map has one key",
            "put the parts of the key into a record, and use that record as the only @Key component"),
    OUTER_WITH_VALUE(
            "NM-109",
            "%s is not part of the key of outer map %s",
            "the value of an outer map is an inner map and nothing else (the kernel requires value_size 4, a"
                    + " file descriptor)",
            "remove every @Key from %2$s, because all of its components form the key, and move values to"
                    + " another record"),
    ARRAY_WITHOUT_VALUE(
            "NM-111",
            "%s has only a key",
            "each entry of a map of type %s has a value, and the kernel refuses value_size 0 (EINVAL)",
            "add a value component%s"),
    GENERIC_RECORD(
            "NM-112",
            "%s has type parameters",
            "a C struct or union has one fixed layout",
            "replace the type parameters with concrete types"),
    TYPE_NESTED_ELSEWHERE(
            "NM-113",
            "%s is nested in %s",
            "only the header of %2$s defines the C type, and including that header would define the maps of"
                    + " %2$s here too",
            "make %1$s a top-level type with @BpfType (@InnerMap for an inner map)"),
    UNSHARED_TYPE(
            "NM-114",
            "%1$s is a top-level type without @BpfType",
            "a type that several headers can use needs a header of its own, and Nestmap generates one only for"
                    + " @BpfType",
            "annotate %1$s with @BpfType, or nest it in the type that uses it"),
    TYPE_NOT_VISIBLE(
            "NM-115",
            "%s is not visible to %s",
            "that generated class creates and reads values of type %1$s",
            "make %1$s and every type around it %3$s"),
    COMPILED_TYPE_UNUSABLE(
            "NM-116",
            "%1$s comes from an earlier compilation and can't be used",
            "Nestmap checks a compiled type by the same rules as a source",
            "fix %1$s or the class path, and compile %1$s with this version of the processor, which reports: %2$s"),
    KEY_IN_MAP_WITHOUT_KEYS(
            "NM-117",
            "component %s of %s is a @Key",
            "the entries of a %s have no keys%s",
            "remove @Key, so that the component becomes part of the entry, or %s"),
    OUTER_MAPS_EMPTY(
            "NM-118",
            "@OuterMap.All on %s has no @OuterMap in it",
            "the record then declares no map",
            "write @OuterMap once for each map (the compiler adds @OuterMap.All by itself)"),
    OUTSIDE_OBJECT(
            "NM-120",
            "@%2$s on %1$s belongs to no @BpfObject interface",
            "programs, global variables and named inner maps are parts of one BPF object, whose generated class gets a method for each",
            "%3$s"),
    PROGRAM_TWICE(
            "NM-121",
            "program %s is declared twice on %s",
            "an object has only one function of this name, and the generated class one method for it",
            "remove one of the two annotations"),
    PROGRAM_TYPE_UNKNOWN(
            "NM-122",
            "%1$s of program %2$s is \"%3$s\"",
            "libbpf knows no such section, so the program has no type",
            "write %1$s = \"%4$s\" or another section that libbpf knows%5$s"),
    PROGRAM_WITHOUT_TARGET(
            "NM-123",
            "loadAs of program %s is \"%s\"",
            "the verifier checks such a program against its target, which the section does not name",
            "add the target, such as loadAs = \"%s\""),
    INNER_TYPE_REFUSED("NM-124", "inner map %s has type %s", limit("6.18", "", "the kernel refuses %3$s"), "%4$s"),
    TYPE_NOT_OF_ROLE("NM-125", "%s has type %s", "%s", "%s"),

    NO_C_FORM(
            "NM-201",
            "component %s of type %s can't become a C field",
            "Nestmap converts each value to a C type of fixed size and back, but %s",
            "use %s"),
    RECURSIVE_TYPE(
            "NM-202",
            "%s contains itself through %s",
            "a C struct has a fixed size, so it can't contain itself",
            "store the key of the other entry instead of the entry itself"),
    EMPTY_STRUCT(
            "NM-203",
            "record %s has no components",
            "its C struct would have size 0, and the kernel refuses keys, values and variables of that size",
            "add a component, or remove the record"),
    SEVERAL_WIDTHS("NM-204", "%s has both @%s and @%s", "a C field has one type", "remove one of the two annotations"),
    WIDTH_DOES_NOT_FIT(
            "NM-205",
            "@%s does not fit component %s of type %s",
            "a width selects an integer in C that the Java type can hold, but %s",
            "use %s"),
    ENUM_WITHOUT_CONSTANTS(
            "NM-206", "enum %s has no constants%s", "an enum in C has at least one constant", "add a constant"),
    ENUM_VALUE_MISSING(
            "NM-207",
            "constant %s of enum %s has no value, although constants of this enum have an @EnumValue",
            "its value would depend on its position, and would change silently when somebody adds a constant",
            "give every constant an @EnumValue with a value, or none"),
    ENUM_VALUE_TWICE(
            "NM-208",
            "constants %s and %s of enum %s have the same value %s",
            "Nestmap could not decide which constant to return for this value",
            "give each constant its own value"),
    ENUM_VALUE_TOO_WIDE(
            "NM-209",
            "value %s of constant %s does not fit %s",
            "C would store a different value",
            "use a value from %s to %s, or change %s"),
    SIZE_MISSING(
            "NM-210",
            "component %s of type %s has no @Size",
            "keys and values in the kernel have a fixed size, and this Java type has none",
            "write @Size(%s)"),
    SIZE_DOES_NOT_FIT(
            "NM-211",
            "@Size does not fit component %s of type %s",
            "it needs one number for each dimension of the type, the outermost first",
            "write @Size(%s)"),
    SIZE_OUT_OF_RANGE(
            "NM-212",
            "%s would have a size of %s",
            "C has no empty arrays, and Java addresses at most 2147483647 bytes",
            "use a size from 1 to 2147483647 bytes"),
    ARRAY_IN_KEY(
            "NM-213",
            "%s is part of a key and has type %s",
            "Java compares arrays by identity, so a key from the kernel would never equal the key that was written",
            "use %s, which Java compares by value"),
    UNKNOWN_VALUE_MISPLACED(
            "NM-214",
            "constant %s of enum %s can't stand for unknown values, because %s",
            "an enum has at most one such constant, and it has no value",
            "put @EnumValue(unknown = true) on one constant, without a value"),
    UNIT_MISSING(
            "NM-215",
            "component %s of type %s has no @Unit",
            "C stores a plain number, so its unit must be declared",
            "write @Unit(CTimeUnit.NANOS), MICROS, MILLIS or SECONDS"),
    ANNOTATION_OF_OTHER_TYPES(
            "NM-216", "%2$s does not fit component %1$s of type %3$s", "only %4$s", "remove it, or use such a type"),
    HEADER_NAME_INVALID(
            "NM-217",
            "@External on %s names the header \"%s\", which is not a plain path",
            "Nestmap writes the path into an #include line, so it accepts only letters, digits and _ + . - in its"
                    + " names, no .. folder, and .h at the end",
            "write the path without brackets, such as \"linux/if_ether.h\" or \"my_types.h\""),
    RELOCATABLE_KERNEL_TYPE(
            "NM-218",
            "@External on %s names %s, whose types have no fixed layout",
            "they have preserve_access_index, so libbpf adapts their field offsets to the running kernel, but"
                    + " the bytes of a map keep their places",
            "name the kernel's header for user space that defines the type (linux/..., asm/...), or copy the"
                    + " type to a header with another name"),
    EXTERNAL_DOES_NOT_FIT(
            "NM-219",
            "@External does not fit %s, because %s",
            "C finds an external struct, union or enum by its tag",
            "remove @External%s"),
    TRUNCATED_KEY(
            "NM-220",
            "%s is part of a key and may be truncated",
            "a truncated key no longer equals the key that was written, and two keys with the same beginning"
                    + " share one entry",
            "remove truncate, so that Nestmap rejects texts that are too long, and make @Size large enough"),
    POINTER_TARGET_INVALID(
            "NM-223",
            "@Pointer of component %s is \"%s\"",
            "the header can declare a pointer only to a type that C knows without a definition",
            "write void, an integer type such as char or unsigned int, struct NAME or union NAME"),
    BITS_OUT_OF_RANGE(
            "NM-230",
            "component %s would have %s of type %s",
            "a bit-field of this type has %s",
            "change @Bits, or use another type"),
    ALIGNMENT_INVALID(
            "NM-231",
            "the alignment of %s is %s",
            "an alignment in C is a power of two, and Nestmap accepts at most %s",
            "use a power of two from 1 to %3$s"),
    PAD_OUT_OF_RANGE(
            "NM-232",
            "@Pad on %s is out of range",
            "Nestmap accepts from 0 to %2$s bytes, and from 0 to %2$s bits",
            "use numbers in that range"),
    LAYOUT_ANNOTATION_DOES_NOT_FIT(
            "NM-233",
            "@%s does not fit %s, because %s",
            "the annotation describes a C struct, or places one of its members",
            "remove it%s"),
    ALIGNED_BIT_FIELD(
            "NM-235",
            "component %s has both @Bits and @Align",
            "C can't align a bit-field",
            "remove @Align, or use @Pad for free bits before the component"),
    PAD_INSIDE_BYTE(
            "NM-236",
            "@Pad on %s sets a number of bits",
            "only a bit-field can begin inside a byte, and a struct ends at a whole byte",
            "use @Pad(n) with a number of bytes"),
    SIGNED_WIDTH_DOES_NOT_FIT(
            "NM-237",
            "enum %s has @S%s but no negative constant",
            "the sign of an enum comes from its constants, because BTF does not always have it",
            "use @U%2$s, or declare a negative constant"),
    WIDTH_MISPLACED("NM-238", "@%s is on %s", "a width belongs to a component or an enum", "remove it"),
    STRUCT_NAME_MISPLACED(
            "NM-239",
            "map %s has struct = \"%s\"",
            "this attribute names the value struct, which exists only for several components, or for a field that the kernel manages",
            "remove struct"),
    UNION_INVALID(
            "NM-250",
            "%s can't become a C union, because it %s",
            "a union is a sealed interface with @Union, whose permitted records are the members",
            "make it such an interface, or use another type"),
    ANONYMOUS_NOT_A_STRUCT(
            "NM-256",
            "@Anonymous is on %1$s, which is not a struct or union",
            "C finds the members of an anonymous struct or union directly, and %1$s has no members",
            "remove @Anonymous"),
    OUTER_MAPS_DIFFER_IN_INNER(
            "NM-257",
            "outer map %2$s of record %1$s has inner = %3$s, but another one has inner = %4$s",
            "the outer maps of one record share one accessor class, which reads the entries of one inner record",
            "use the same inner record in all of them (innerMaxEntries can change its size), or declare one"
                    + " outer record for each inner record"),
    NAME_TOO_LONG(
            "NM-264",
            "%s name %s has %s characters",
            limit("7.3", "EINVAL", "the kernel refuses BTF that has a name of more than %s characters"),
            "use a shorter name"),
    MANAGED_FIELD_DOES_NOT_FIT(
            "NM-266",
            "@%s does not fit record %s, because %s",
            "the kernel looks for such a field in the value of a map, and before Linux 6.11 not in nested structs",
            "put it on the record of an @InnerMap or @BpfMap with entries"),
    BEFORE_UNKNOWN_COMPONENT(
            "NM-267",
            "field %s of record %s has before = \"%s\"",
            "the value struct has no such component",
            "%s, which puts the field at the end"),
    MANAGED_FIELD_NOT_SUPPORTED(
            "NM-269",
            "the values of map %s have a %s",
            limit("7.3", "EOPNOTSUPP", "the kernel accepts such a field only in a map of type %s"),
            "use one of these map types, or remove the field"),
    MANAGED_AND_FLAG(
            "NM-271",
            "map %s is declared with %s, and its values have a %s",
            limit(
                    "6.18",
                    "",
                    "the kernel requires that programs can read and write such a field, and maps no memory with one into user space"),
            "remove the flag or the field"),
    MANAGED_UNALIGNED(
            "NM-272",
            "the values of map %s have a %s at offset %s",
            limit(
                    "6.18",
                    "",
                    "the kernel accepts such a field only at a multiple of %s. Elsewhere, it refuses the BTF of an object with such a lock with"
                            + " EFAULT, and programs that use another such field with EINVAL"),
            "remove @Packed"),
    MANAGED_FIELD_IN_SECTION(
            "NM-276",
            "@%s does not fit record %s, which declares variables",
            limit(
                    "6.18",
                    "ENOTSUPP",
                    "the kernel does not let user space map the memory of a section with such a field"),
            "declare it in C, as a static variable in a separate section, such as SEC(\".data.locks\")"),
    MANAGED_AND_BIT_FIELD(
            "NM-282",
            "the values of map %s have a %s, and bit-field %s does not fill whole bytes",
            limit(
                    "7.3",
                    "EINVAL",
                    "beside such a field, members and padding must begin at whole bytes, or the kernel refuses a map with a lock, and"
                            + " programs that use another such field"),
            "remove @Bits"),

    MAX_ENTRIES_MISSING(
            "NM-301",
            "map %s has no maxEntries",
            limit("7.3", "EINVAL", "the kernel refuses a %s with max_entries 0"),
            "set maxEntries to %s"),
    MAX_ENTRIES_NOT_POSITIVE(
            "NM-302",
            "maxEntries of map %s is %s",
            limit("7.3", "EINVAL", "max_entries can't be negative, and the kernel refuses a %s with max_entries 0"),
            "use a number of at least 1"),
    MAX_ENTRIES_TOO_LARGE(
            "NM-303",
            "maxEntries of map %s is %s",
            limit("7.3", "", "the kernel accepts at most %s for a %s"),
            "use a number up to %3$s"),
    ARRAY_KEY_NOT_AN_INDEX(
            "NM-304",
            "the key of array %s is %s",
            limit(
                    "6.18",
                    "EINVAL",
                    "the key of a %s is a 4-byte index in the machine's byte order, and the kernel refuses another key_size"),
            "use @U32 int, @U32 long or an enum as the key, or another map type, such as HASH"),
    ENTRY_TOO_LARGE(
            "NM-305",
            "key and value of map %s take %s bytes together",
            limit("7.3", "E2BIG", "the kernel refuses a %s with more than %s bytes for each entry"),
            "make the record smaller, or split it over several maps"),
    VALUE_TOO_LARGE(
            "NM-306",
            "the value of map %s takes %s bytes",
            limit("7.3", "E2BIG", "the kernel refuses a %s with values of more than %s bytes"),
            "make the record smaller, or split it over several maps"),
    FLAG_NOT_SUPPORTED(
            "NM-307",
            "map %s is declared with %s",
            limit("7.3", "", "for a %s the kernel accepts only the flags %s"),
            "remove %s"),
    FLAGS_CONFLICT(
            "NM-308",
            "map %s is declared with %s",
            limit("7.3", "EINVAL", "the kernel refuses these two flags together"),
            "remove one of them"),
    EXTRA_TOO_LARGE(
            "NM-309",
            "mapExtra of map %s is %s",
            limit("7.3", "", "for a %s the kernel accepts at most %s"),
            "remove mapExtra%s"),
    SIZE_NOT_SUPPORTED(
            "NM-310",
            "the %2$s of map %1$s takes %3$s",
            limit("7.3", "", "for a %4$s the kernel accepts only %2$ss of %5$s"),
            "change the %2$s components so that they have such a size"),
    TRIE_KEY_WITHOUT_LENGTH(
            "NM-312",
            "the key of trie %s is %s",
            "the kernel reads the first 4 bytes as the length of the prefix in bits, and the other bytes as"
                    + " the prefix",
            "use Ipv4Prefix or Ipv6Prefix, or a record whose first component is the length, a @U32 long"),
    TRIE_KEY_WITH_PADDING(
            "NM-313",
            "the key of trie %s has padding at byte %s of %s",
            "the kernel treats the padding as part of the prefix",
            "order the components so that no gap remains, or put @Packed on the record"),
    RING_BUFFER_SIZE_INVALID(
            "NM-314",
            "maxEntries of ring buffer %s is %s",
            limit(
                    "7.3",
                    "EINVAL",
                    "maxEntries is the size in bytes, and the kernel accepts only a power of two that is a multiple of the page size"),
            "use maxEntries = %s"),
    RECORD_LARGER_THAN_RING_BUFFER(
            "NM-315",
            "a record of ring buffer %s takes %s bytes with its header",
            "with pages of 4 KiB, the ring buffer has room for %s bytes, so no record would ever fit",
            "make the record smaller, or maxEntries larger"),
    VALUE_IN_DESCRIPTOR_MAP(
            "NM-316",
            "%s has components besides its key",
            "in a map of type %s the values are file descriptors, which the accessor's put method stores",
            "keep only the @Key component"),
    MAX_ENTRIES_OF_STORAGE(
            "NM-317",
            "maxEntries of storage %s is %s",
            limit("7.3", "EINVAL", "each owner holds its own entry, so the kernel accepts only max_entries 0 for a %s"),
            "remove maxEntries"),
    ARENA_WITH_COMPONENTS(
            "NM-319",
            "ARENA %s has component %s",
            "an arena has no entries (the kernel requires key_size 0 and value_size 0, else EINVAL), and"
                    + " programs decide what its memory contains",
            "remove all components of the record"),
    ARENA_ADDRESS_INVALID(
            "NM-320",
            "mapExtra of arena %s is %s",
            "mapExtra is the address of the arena in user space: a multiple of the page size, at which %s",
            "use a multiple of 4096 %s, or remove mapExtra"),
    EVENT_TOO_LONG(
            "NM-321",
            "an event of %s has %s bytes",
            "the kernel stores the length of an event in 16 bits, and truncates longer events without an error",
            "make the record at most %s bytes long, or use a ring buffer (RINGBUF), which holds longer events"),
    ENUM_KEY_BEYOND_ARRAY(
            "NM-322",
            "the key of array %s can be %s, which is %s",
            "the last index of this array is %s, so the kernel refuses an entry for that constant (E2BIG)",
            "make maxEntries larger, or use @U32 int or @U32 long as the key"),
    ENUM_BESIDE_BIT_FIELDS(
            "NM-323",
            "%s is an enum of %s at offset %s of a struct of %s with bit-fields",
            limit(
                    "7.3",
                    "EINVAL",
                    "the kernel reads an enum in such a struct as 4 bytes, which would exceed the struct, and refuses the BTF of the whole object with \"Member exceeds struct_size\""),
            "put the width (such as @U8) on the component instead of the enum, so that it is a number in C; or declare it before"
                    + " components that take up 4 bytes with it"),
    NUMA_NODE_TOO_LARGE(
            "NM-324",
            "numaNode of map %s is %s",
            limit(
                    "7.3",
                    "EINVAL",
                    "a map is on one node, and the kernel has at most 1,024 NUMA nodes, which it counts from 0, and refuses a map on"
                            + " another node"),
            "use the number of one node in /sys/devices/system/node"),
    INDEX_WITHOUT_WIDTH(
            "NM-326",
            "the index %s is an int without a width",
            "an int is a __s32 in C, and the key of a %s is a __u32",
            "write @U32 int, @U32 long or an enum"),
    VALUE_SIZE_DOES_NOT_FIT("NM-325", "valueSize of map %s is %s", "%s", "remove valueSize%s"),
    PIN_PATH_INVALID(
            "NM-331",
            "map %s can't be pinned at \"%s\"",
            limit(
                    "7.3",
                    "EPERM",
                    "Nestmap accepts no path that could leave its directory, and the kernel refuses names with a dot"),
            "use names of at most 232 letters, digits, underscores and hyphens, without a hyphen in front, separated by /, such as"
                    + " \"tenant\", \"acme/tenant\" or \"/sys/fs/bpf/acme/tenant\", without the names owner, now, next, closed and"
                    + " format-1, which Nestmap uses"),
    PIN_INNERS_WITHOUT_PIN(
            "NM-332",
            "map %s is not pinned, but its inner maps are",
            "Nestmap pins inner maps next to their outer map",
            "set pin = ... %s, or remove pinInners"),
    PINNED_KEY_TOO_LONG(
            "NM-333",
            "map %s is pinned, and its key has %s bytes",
            "the file name of a pinned inner map contains the key, and has room for %s bytes of it",
            "make the key shorter, or remove pin"),
    PIN_OVERLAPS_ANOTHER(
            "NM-336",
            "map %s is pinned at \"%s\", which belongs to the pin of map %s at \"%s\"",
            "a pin is one map and can't be a directory, and Nestmap uses the paths that begin with a pin and a hyphen for the"
                    + " inner maps and the migration of that pin",
            "use another path for one of them"),
    PIN_BY_NAME_AND_PATH(
            "NM-343",
            "map %s has pinByName and the pin \"%s\"",
            "a map has one pin, and the definition in C sets the path of the pin by name",
            "remove one of them"),
    SECTION_DOES_NOT_FIT(
            "NM-340",
            "section of @%s %s is \"%s\"",
            "libbpf makes maps of %s",
            "use such a name of letters, digits, dots and underscores, for example \"%s\", or remove section"),
    GLOBAL_TOO_LARGE(
            "NM-341",
            "variable %s has %s bytes",
            limit("7.3", "EINVAL", "the verifier allows only offsets below %s"),
            "make the record smaller, or use an array map"),
    SIZED_AT_LOAD_DOES_NOT_FIT("NM-350", "map %s has sizedAtLoad", "%s", "%s"),
    INNER_MAX_ENTRIES_NOT_POSITIVE(
            "NM-351",
            "innerMaxEntries of outer map %s is %s",
            limit("7.3", "EINVAL", "it is max_entries of each inner map, which the kernel requires to be %s"),
            "remove innerMaxEntries%s"),

    NOT_A_C_IDENTIFIER(
            "NM-401",
            "%s name \"%s\" is not a C identifier",
            "C accepts no other names",
            "use letters, digits and underscores (ASCII), and no digit first%s"),
    C_KEYWORD(
            "NM-402",
            "%s name \"%s\" is a keyword or reserved in C",
            "the header would not compile",
            "choose another name%s"),
    C_NAME_CLASH(
            "NM-403",
            "%1$s and %3$s would both have the C name %2$s",
            "C accepts a name only once in the same scope",
            "rename one of them, or give it a @Name"),
    HEADER_CLASH(
            "NM-404",
            "%s and %s would both be written as %s",
            "Nestmap would overwrite the files of one with those of the other",
            "rename one of the types, or give @BpfObject another name"),
    JAVA_NAME_CLASH(
            "NM-405",
            "Nestmap can't generate %2$s for %1$s, because %3$s",
            "each generated class, method and constant needs a valid name that no other one has",
            "choose another name%4$s"),
    INNER_MAP_NAME_REUSED(
            "NM-413", "inner map %s is declared by %s and by %s", "one name stands for one inner map", "use two names"),
    ON_DEMAND_MISPLACED(
            "NM-430",
            "%s has @InnerMapsOnDemand but is not an outer map",
            "only the inner maps of an outer map can be created on demand",
            "put @InnerMapsOnDemand on the @OuterMap record"),
    MAX_PENDING_OUT_OF_RANGE(
            "NM-431",
            "maxPending of map %s is %s",
            limit(
                    "7.3",
                    "",
                    "programs record missing keys in a HASH, for which the kernel accepts max_entries from %s to %s"),
            "use a number in that range (the default is 1024)"),

    TRIE_VALUE_NOT_ALIGNED(
            "NM-502",
            "the key of trie %s has %s after its length",
            "an LPM_TRIE puts the value right after the key, so the numbers of %s in the value are not aligned, and an"
                    + " atomic instruction on them can crash Linux on arm64",
            "count in a map of another type"),
    TRIE_PREFIX_IN_MACHINE_ORDER(
            "NM-503",
            "the prefix of trie %s contains %s, a %s in the machine's byte order",
            "on little-endian machines a shorter prefix covers its least significant byte first",
            "use @Be16, @Be32 or @Be64 for network addresses and ranges of numbers"),
    COUNTS_INTERRUPTED(
            "NM-504",
            "program %s (%s) may lose counts of the per-CPU map %s",
            "%s on one CPU",
            "count with a helper that ends with _add or with __sync_fetch_and_add"),
    UNSIGNED_TURNS_NEGATIVE(
            "NM-506",
            "component %s is %s %s",
            "in Java this type has a sign, so values from %s on are negative",
            "use %s, or convert the values with %s"),
    COUNTER_WRAPS(
            "NM-507",
            "component %s is %s",
            "it has %s bits in C, so a count above %s %s, without a sign",
            "use @U64 long, or @SuppressWarnings(\"NM-507\") if it does not count or never grows so far"),

    INTERNAL_ERROR(
            "NM-901",
            "Nestmap failed on %1$s",
            "this is a bug in Nestmap, and not in your code",
            "please report it with the lines below and, if possible, the source of %1$s"),
    NOTHING_GENERATED(
            "NM-902",
            "nothing was generated from %s",
            "for every annotated type, Nestmap generates files or reports an error, but it did neither here",
            "please report this as a bug in Nestmap"),
    NOT_WRITTEN(
            "NM-903",
            "the files that Nestmap generates from %s could not be written",
            "the compiler's output folders do not accept them (%s)",
            "check that the folders for classes (-d) and sources (-s) exist, are writable and have free space");

    /** The site's folder with the pages. The site is the {@code url} of the POM. */
    private static final String PAGES = "https://nestmap.dev/rules/";

    /** The reason of {@link #COUNTS_INTERRUPTED} if runs of the program itself can interrupt each other. */
    public static final String RUNS_INTERRUPT = "several runs of such a program can interrupt each other";

    private final String id;
    private final String problem;
    private final String reason;
    private final String remedy;

    Rule(String id, String problem, String reason, String remedy) {
        this.id = id;
        this.problem = problem;
        this.reason = reason;
        this.remedy = remedy;
    }

    /**
     * The reason of a rule that repeats a limit of the kernel. Kernels change such limits, so the message names one.
     *
     * @param kernel the newest Linux version on which the limit was measured
     * @param errno how the kernel refuses what exceeds the limit; empty if this depends on the map
     * @param limit what the kernel accepts or refuses
     */
    private static String limit(String kernel, String errno, String limit) {
        String refusal = errno.isEmpty() ? "" : errno + " ";
        return limit + " (" + refusal + "on Linux " + kernel + "; newer kernels may accept it)";
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
        String format = "[" + id + "] " + problem + ": " + reason + "; " + remedy + pageReference();
        return String.format(Locale.ROOT, format, args);
    }
}
