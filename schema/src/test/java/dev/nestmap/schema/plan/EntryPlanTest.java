/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.type;
import static dev.nestmap.schema.Samples.union;
import static dev.nestmap.schema.Samples.withValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.FieldMeaning.Removed;
import dev.nestmap.schema.FieldMeaning.Time;
import dev.nestmap.schema.FieldMeaning.Was;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.TextCases;
import dev.nestmap.schema.plan.MapPlan.Outcome;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which values convert, and what somebody who reads the plan is told. */
class EntryPlanTest {
    /** The type of a map's values in two versions. */
    static Stream<Arguments> values() {
        return TextCases.of("""
                equal types
                struct flow { __u64 packets; __u64 bytes; }
                struct flow { __u64 packets; __u64 bytes; }
                > UNCHANGED

                an added component
                struct flow { __u64 packets; __u64 bytes; }
                struct flow { __u64 packets; __u64 drops; __u64 bytes; }
                > COPIED
                > flow.drops is new, and 0 in old entries

                swapped components of one type
                struct flow { __u64 packets; __u64 bytes; }
                struct flow { __u64 bytes; __u64 packets; }
                > COPIED
                > the same components have other places...

                a removed component, and one with another name
                struct flow { __u64 packets; __u64 bytes; __u32 state; }
                struct flow { __u32 octets; __u64 packets; }
                > WAITS
                > flow.bytes is no longer declared: ...@Was("bytes"), ...@Removed("bytes")...
                > flow.state is no longer declared...
                > flow.octets is new...

                a component in padding
                struct count { __u64 hits; __u32 last; }
                struct count { __u64 hits; __u32 last; __u16 cpu; }
                > COPIED
                > count.cpu is new...

                a wider number
                struct count { __u32 hits; }
                struct count { __u64 hits; }
                > COPIED
                > count.hits was __u32 and is __u64

                a narrower number
                struct count { __u64 hits; }
                struct count { __u32 hits; }
                > WAITS
                > count.hits was __u64 and is __u32, which can't hold every old value with the same meaning: keep the type...

                another tag
                struct count { __u64 hits; }
                struct total { __u64 hits; }
                > COPIED
                > the same components have other places, or their types other names

                more elements of an array
                __u32[4]
                __u32[5]
                > WAITS
                > the value was __u32[4] and is __u32[5]...

                wider elements of an array
                __u32[4]
                __u64[4]
                > COPIED
                > the value was __u32 and is __u64

                constants in another order
                enum e { A = 0, B = 1 }
                enum e { B = 0, A = 1 }
                > COPIED
                > the constants of the value have other numbers, and keep their names

                an added constant
                enum e { A = 0, B = 1 }
                enum e { A = 0, B = 1, C = 2 }
                > COPIED
                > the value can also be C; an old entry that has such a number already...

                a removed constant
                enum e { A = 0, B = 1 }
                enum e { A = 0 }
                > WAITS
                > the value can be B in old entries, which is no longer declared: ...@Was("B")

                constants of a renamed enum
                enum way { WAY_SENT = 0 }
                enum direction { DIRECTION_SENT = 1 }
                > COPIED
                > the constants of the value...

                a number in place of an enum
                enum e { A = 0 }
                __u32
                > WAITS
                > the value was enum e and is __u32...

                another union
                union u { __u64 number; }
                union u { __u64 number; __u32 half; }
                > WAITS
                > the value was union u and is union u...
                """);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void plansTheChangeOfAValue(String name, String versions, List<String> expected) {
        List<CType> types = versions.lines().map(Samples::type).toList();
        MapPlan plan = plan(withValue(types.get(0)), withValue(types.get(1)));
        List<String> found = new ArrayList<>(List.of(plan.outcome().name()));
        found.addAll(plan.changes());

        TextCases.assertMatch(found, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "__u32, __u64, true", "__u32, __s64, true", "__s32, __s64, true", "__s32, __u64, false",
        "__u32, __s32, false", "__u64, __u32, false", "__be16, __u32, true", "__be16, __be32, true",
        "__u16, __be16, true", "bool, __u8, false", "__u8, bool, false", "char, __u8, false",
        "__u64, unsigned __int128, true", "__s64, __int128, true", "__s16, __s8, false"
    })
    void widensWhereEachNumberKeepsItsMeaning(String before, String after, boolean converts) {
        MapPlan plan = plan(withValue(scalar(before)), withValue(scalar(after)));

        assertThat(plan.outcome()).isEqualTo(converts ? Outcome.COPIED : Outcome.WAITS);
    }

    private static Scalar scalar(String spelling) {
        return Stream.of(Scalar.values())
                .filter(scalar -> scalar.spelling().equals(spelling))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oldKeysHaveNoValueForANewComponent() {
        Schema before = withKey(struct("key", "__u16 port;"));
        Schema after = withKey(struct("key", "__u16 port; __u8 protocol;"));

        assertThat(plan(before, after).problems())
                .singleElement()
                .asString()
                .contains("key.protocol is new, and old keys have no value for it");
        assertThat(plan(after, words(before, new Removed("struct key", "protocol")))
                        .outcome())
                .isEqualTo(Outcome.COPIED);
    }

    @Test
    void fieldsOfTheKernelStartEmpty() {
        StructType plain = struct("flow", "__u64 packets;");
        StructType locked = StructType.of(
                "flow", List.of(new Member("lock", ManagedFieldType.SPIN_LOCK), new Member("packets", Scalar.U64)));

        MapPlan plan = plan(withValue(plain), withValue(locked));

        assertThat(plan.outcome()).isEqualTo(Outcome.COPIED);
        assertThat(plan.notes()).containsExactly("flow.lock starts empty");
        assertThat(plan(withValue(locked), withValue(plain)).outcome()).isEqualTo(Outcome.COPIED);
    }

    /** An old jar reads the words of the newer version. */
    @Test
    void aRenamedComponentConvertsThereAndBack() {
        Schema before = withValue(struct("flow", "__u64 octets;"));
        Schema after = words(withValue(struct("flow", "__u64 bytes;")), was("struct flow", "bytes", "size", "octets"));

        MapPlan there = plan(before, after);
        MapPlan back = plan(after, before);

        assertThat(there.outcome()).isEqualTo(Outcome.COPIED);
        assertThat(there.notes()).containsExactly("flow.bytes was called flow.octets");
        assertThat(back.outcome()).isEqualTo(Outcome.COPIED);
        assertThat(back.notes()).containsExactly("flow.octets was called flow.bytes");
    }

    /** It has the old name in both: the word goes first, and the other component is missed. */
    @Test
    void aRenamedComponentDoesNotTakeTheNumbersOfTheOneWhoseNameItHas() {
        Schema before = withValue(struct("flow", "__u64 a; __u64 b;"));
        Schema after = words(withValue(struct("flow", "__u64 b;")), was("struct flow", "b", "a"));

        assertThat(plan(before, after).problems())
                .singleElement()
                .asString()
                .startsWith("flow.b is no longer declared");
        assertThat(plan(after, before).problems())
                .singleElement()
                .asString()
                .contains("flow.a has a name that an earlier version had for flow.b");
    }

    @Test
    void aRemovedComponentIsDropped() {
        Schema before = withValue(struct("flow", "__u64 packets; __u64 small;"));
        Schema after = words(withValue(struct("flow", "__u64 packets;")), new Removed("struct flow", "small"));
        Schema ofMap = words(withValue(struct("flow", "__u64 packets;")), new Removed("map counts", "small"));
        Schema ofOther = words(withValue(struct("flow", "__u64 packets;")), new Removed("struct peer", "small"));

        assertThat(plan(before, after).notes()).containsExactly("flow.small is dropped");
        assertThat(plan(before, ofMap).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(plan(before, ofOther).outcome()).isEqualTo(Outcome.WAITS);
        assertThat(plan(after, before).notes()).containsExactly("flow.small is new, and 0 in old entries");
    }

    /** The words of the two versions contradict each other: one gives it up, for the other one it is the same number. */
    @Test
    void aRemovedComponentHasNoOtherName() {
        Schema before = words(withValue(struct("flow", "__u64 b;")), was("struct flow", "b", "a"));
        Schema after = words(withValue(struct("flow", "__u64 a;")), new Removed("struct flow", "b"));

        assertThat(plan(before, after).problems()).singleElement().asString().contains("flow.b");
    }

    @Test
    void aNumberIsNotDroppedForALockWithItsName() {
        StructType number = struct("flow", "__u64 lock; __u64 packets;");
        StructType lock = StructType.of(
                "flow", List.of(new Member("lock", ManagedFieldType.SPIN_LOCK), new Member("packets", Scalar.U64)));

        assertThat(plan(withValue(number), withValue(lock)).outcome()).isEqualTo(Outcome.WAITS);
    }

    /** The newer version decides whether the old jar may drop its component. */
    @Test
    void anOmittableComponentIsLeftOutOnTheWayBack() {
        Schema before = withValue(struct("flow", "__u64 packets;"));
        Schema plain = withValue(struct("flow", "__u64 packets; __u64 drops;"));
        Schema omittable = words(plain, new FieldMeaning.Omittable("struct flow", "drops"));

        assertThat(plan(plain, before).outcome()).isEqualTo(Outcome.WAITS);
        assertThat(plan(omittable, before).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(plan(before, omittable).outcome()).isEqualTo(Outcome.COPIED);
    }

    @Test
    void aRenamedConstantConvertsThereAndBack() {
        Schema before = withValue(enumOf("direction", "DIRECTION_RECV = 0, DIRECTION_SENT = 1"));
        Schema after = words(
                withValue(enumOf("direction", "DIRECTION_SENT = 0, DIRECTION_RECEIVED = 1")),
                was("enum direction", "DIRECTION_RECEIVED", "RECV"));

        assertThat(plan(before, after).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(steps(before, after))
                .allMatch(step -> step instanceof Step.Converted number
                        && number.constants().equals(Map.of(0L, 1L, 1L, 0L)));
        assertThat(plan(after, before).outcome()).isEqualTo(Outcome.COPIED);
    }

    /** Nobody can say which of two constants such a number was, or what it is now. */
    @ParameterizedTest(name = "{0} to {1}, {2} was {3}")
    @CsvSource(delimiter = '|', textBlock = """
            A = 0, B = 0 | A = 0, B = 1        | A | Z
            A = 0, B = 1 | A = 0, B = 0        | A | Z
            A = 0, B = 1 | B = 0               | B | A
            A = 0, B = 1 | X = 0, A = 1, B = 2 | X | A
            """)
    void aConstantHasOnePlace(String before, String after, String constant, String was) {
        Schema earlier = withValue(enumOf("e", before));
        Schema later = words(withValue(enumOf("e", after)), was("enum e", constant, was));

        assertThat(plan(earlier, later).outcome()).isEqualTo(Outcome.WAITS);
        assertThat(plan(later, earlier).outcome()).isEqualTo(Outcome.WAITS);
    }

    private static List<Step> steps(Schema before, Schema after) {
        EntryPlan values = plan(before, after).values();
        return values == null ? List.of() : values.steps();
    }

    /** The key of an array is a number in C, and records read it as a constant. */
    @Test
    void theConstantsOfAnIndexKeepTheirNames() {
        EnumType before = enumOf("way", "SENT = 0, RECEIVED = 1");
        EnumType after = enumOf("way", "RECEIVED = 0, SENT = 1");

        MapPlan plan = plan(index(before), index(after));

        assertThat(plan.outcome()).isEqualTo(Outcome.COPIED);
        assertThat(plan.notes()).containsExactly("the constants of the key have other numbers, and keep their names");
        assertThat(plan(index(before), index(before)).outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    private static Schema index(EnumType type) {
        return words(
                schema(List.of(type), hash("counts", MapRole.PLAIN, 2, Scalar.U32, Scalar.U64)),
                new FieldMeaning.Constants("map counts", "key", type, false));
    }

    @ParameterizedTest
    @CsvSource({
        "__u64, 1, __u64, 1000, true", "__u64, 1000, __u64, 1, false", "__u64, 1000, __u64, 1000, true",
        "__u32, 1, __u32, 1000, false", "__u32, 1, __u64, 1000, true", "__u64, 60, __u64, 1000, false"
    })
    void aTimeConvertsToAFinerUnitWithRoom(String before, long old, String after, long now, boolean converts) {
        Schema earlier = busy(before, new Time("struct flow", "busy", false, old));
        Schema later = busy(after, new Time("struct flow", "busy", false, now));

        assertThat(plan(earlier, later).problems().isEmpty()).isEqualTo(converts);
    }

    @Test
    void aUnitThatAppearsIsNamed() {
        Schema number = busy("__u64");
        Time seconds = new Time("struct flow", "busy", false, 1);
        Was inSeconds = new Was("struct flow", "busy", List.of(), 1);
        Was inMillis = new Was("struct flow", "busy", List.of(), 1_000);

        assertThat(plan(number, busy("__u64", seconds)).problems())
                .singleElement()
                .asString()
                .contains("@Was(unit = ...)");
        assertThat(plan(number, busy("__u64", seconds, inSeconds)).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(plan(busy("__u64", seconds, inSeconds), number).outcome()).isEqualTo(Outcome.COPIED);
        assertThat(plan(number, busy("__u64", seconds, inMillis)).outcome()).isEqualTo(Outcome.WAITS);
        Time millis = new Time("struct flow", "busy", false, 1_000);
        assertThat(plan(busy("__u64", millis), busy("__u64", seconds, inSeconds))
                        .outcome())
                .as("the word is for versions without a unit")
                .isEqualTo(Outcome.WAITS);
        Time instant = new Time("struct flow", "busy", true, 1);
        assertThat(plan(busy("__u64", seconds), busy("__u64", instant)).outcome())
                .isEqualTo(Outcome.WAITS);
    }

    private static Schema busy(String type, FieldMeaning... meanings) {
        return words(withValue(struct("flow", type + " busy;")), meanings);
    }

    /** The names of a union's members are not in its bytes, so a member in another unit is a change. */
    @Test
    void aUnionIsCopiedOnlyAsItIs() {
        CType union = union("peer", "__u64 since; __u64 number;");
        StructType flow = struct("flow", "? peer;", union);
        Schema seconds = ofUnion(flow, (NamedType) union, 1);

        assertThat(plan(seconds, ofUnion(flow, (NamedType) union, 1)).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(plan(seconds, ofUnion(flow, (NamedType) union, 1_000)).outcome())
                .isEqualTo(Outcome.WAITS);
    }

    @Test
    void theMembersOfAUnionAreNotConfused() {
        StructType first = struct("first", "__u64 number;");
        StructType second = struct("second", "__u64 number;");
        CType union = union("peer", "? a; ? b;", first, second);
        Schema schema =
                schema(List.of(first, second, (NamedType) union), hash("counts", MapRole.PLAIN, 16, Scalar.U32, union));

        assertThat(plan(
                                words(schema, new Time("struct first", "number", false, 1)),
                                words(schema, new Time("struct second", "number", false, 1)))
                        .outcome())
                .isEqualTo(Outcome.WAITS);
    }

    private static Schema ofUnion(StructType flow, NamedType union, long perSecond) {
        return words(
                schema(List.of(union, flow), hash("counts", MapRole.PLAIN, 16, Scalar.U32, flow)),
                new Time("union peer", "since", false, perSecond));
    }

    /** The schema has the name of an only component. */
    @Test
    void anOnlyComponentHasAName() {
        Schema bytes = only("bytes");
        StructType both = struct("flow", "__u64 bytes; __u64 packets;");

        assertThat(plan(bytes, only("packets")).problems())
                .singleElement()
                .asString()
                .contains("@Was(\"bytes\")");
        assertThat(plan(bytes, words(only("octets"), was("map counts", "value", "bytes")))
                        .outcome())
                .isEqualTo(Outcome.COPIED);
        assertThat(plan(bytes, withValue(both)).notes()).containsExactly("flow.packets is new, and 0 in old entries");
        assertThat(plan(withValue(both), words(only("bytes"), new Removed("map counts", "packets")))
                        .outcome())
                .isEqualTo(Outcome.COPIED);
        assertThat(plan(withValue(Scalar.U64), only("bytes")).outcome())
                .as("an object knows no names")
                .isEqualTo(Outcome.COPIED);
    }

    private static Schema only(String name) {
        return words(withValue(Scalar.U64), new FieldMeaning.Component("map counts", "value", name));
    }

    /** Defect: a new component with a name that an earlier version had for another one was said to be a count that would double. */
    @Test
    void aNewComponentHasANameThatNoVersionHad() {
        Schema renamed = words(withValue(struct("flow", "__u64 total;")), was("struct flow", "total", "packets"));
        Schema reuse = withValue(struct("flow", "__u64 packets; __u64 total;"));

        assertThat(plan(renamed, reuse).problems())
                .containsExactly(
                        "flow.packets has a name that an earlier version had for flow.total, so its entries would be"
                                + " read as the new component: give the new one another name");
        Schema removed = words(withValue(struct("flow", "__u64 total;")), new Removed("struct flow", "packets"));
        assertThat(plan(removed, reuse).problems()).as("the set that is there").isEmpty();
        assertThat(plan(removed, reuse).isCompatible()).isFalse();
        assertThat(plan(removed, reuse).forgotten())
                .singleElement()
                .asString()
                .contains("entries of versions before it would be read as the new one: give it another name");
    }

    /** A word that goes leaves the entries of earlier versions without one. */
    @Test
    void aWordThatGoesIsNamed() {
        Schema none = withValue(struct("flow", "__u64 bytes; __u64 busy;"));
        Schema with = words(
                none,
                new Was("struct flow", "bytes", List.of("octets", "size"), 0),
                new Removed("struct flow", "small"),
                new Time("struct flow", "busy", false, 1),
                new Was("struct flow", "busy", List.of(), 1));
        Schema without = words(none, new Time("struct flow", "busy", false, 1));

        assertThat(plan(with, with).isCompatible()).isTrue();
        MapPlan plan = plan(with, without);
        assertThat(plan.outcome()).as("the previous version").isEqualTo(Outcome.UNCHANGED);
        assertThat(plan.isCompatible()).isFalse();
        assertThat(plan.summary())
                .isEqualTo("counts is unchanged, but its annotations for older versions have changed");
        assertThat(plan.changes())
                .satisfiesExactlyInAnyOrder(
                        octets -> assertThat(octets).contains("called flow.bytes octets", "@Was(\"octets\")"),
                        size -> assertThat(size).contains("@Was(\"size\")"),
                        small -> assertThat(small).contains("that had small wait forever", "@Removed(\"small\")"),
                        unit -> assertThat(unit).contains("flow.busy had no unit wait forever"));

        Schema renamed = words(
                withValue(struct("flow", "__u64 amount; __u64 busy;")),
                new Time("struct flow", "busy", false, 1),
                new Was("struct flow", "busy", List.of(), 1),
                new Removed("struct flow", "small"),
                new Was("struct flow", "amount", List.of("bytes", "octets"), 0));
        assertThat(plan(with, renamed).forgotten()).singleElement().asString().contains("@Was(\"size\")");
        Schema gone = words(withValue(struct("flow", "__u64 busy;")), new Removed("struct flow", "bytes"));
        assertThat(plan(with, gone).forgotten())
                .filteredOn(entries -> entries.contains("@Removed(\"octets\")"))
                .hasSize(1);
    }

    @Test
    void aWordOfAConstantThatGoesIsNamed() {
        EnumType type = (EnumType) type("enum way { WAY_SENT = 0, WAY_RECEIVED = 1 }");
        Schema without = withValue(StructType.of("flow", List.of(new Member("way", type))));
        Schema with = words(without, was("enum way", "WAY_RECEIVED", "RECV"));

        assertThat(plan(with, with).isCompatible()).isTrue();
        assertThat(plan(with, without).forgotten())
                .containsExactly(
                        "entries of a version that called WAY_RECEIVED of flow.way RECV wait forever: keep @Was(\"RECV\")"
                                + " until no machine has any");
    }

    @Test
    void theTextHasTheWords() {
        Schema schema = words(
                withValue(struct("flow", "__u64 bytes; __u64 busy;")),
                new Time("struct flow", "busy", false, 1),
                new Was("struct flow", "bytes", List.of("octets", "the size"), 0),
                new Was("struct flow", "busy", List.of("used"), 1),
                new Was("struct flow", "busy", List.of(), 1_000),
                new FieldMeaning.Omittable("struct flow", "busy"),
                new Removed("struct flow", "small"),
                new FieldMeaning.Pin("map counts", "all/counts"),
                was("union peer", "number", "count"),
                was("enum direction", "RECEIVED", "RECV"));
        String text = SchemaText.print(schema);

        assertThat(text).endsWith("""
                word struct flow bytes: was octets "the size"
                word struct flow busy: was used, number with 1 per second
                word struct flow busy: number with 1000 per second
                word struct flow busy: omittable
                word struct flow small: removed
                word map counts "all/counts": pin
                word union peer number: was count
                word enum direction RECEIVED: was RECV
                """);
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
    }

    private static Was was(String owner, String field, String... names) {
        return new Was(owner, field, List.of(names), 0);
    }

    private static Schema words(Schema schema, FieldMeaning... meanings) {
        return schema.withMeanings(
                Stream.concat(schema.meanings().stream(), Stream.of(meanings)).toList());
    }

    private static Schema withKey(StructType key) {
        return schema(List.of(key), hash("counts", MapRole.PLAIN, 16, key, Scalar.U64));
    }

    /** Programs only read the maps, so that a load copies them. */
    private static MapPlan plan(Schema before, Schema after) {
        return UpgradePlan.of(settings(before), settings(after)).maps().get(0);
    }

    private static Schema settings(Schema schema) {
        return schema.withMaps(schema.maps().stream()
                .map(map -> new MapDef(
                        map.name(),
                        map.role(),
                        map.kind(),
                        map.maxEntries(),
                        MapFlags.RDONLY_PROG,
                        map.key(),
                        map.value(),
                        null))
                .toList());
    }
}
