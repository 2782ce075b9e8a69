/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.compare.MapComparison.Sides;
import dev.nestmap.schema.program.NearestNameFinder;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Compares the schema of the records with the schema of an object. The object may have more maps and variables than the records.
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>The object must have each declared outer and plain map, with the same type, flags and {@code max_entries} (0 on either side is
 *       set at load time), and with keys and values of the same layout: offset, size, signedness and byte order of every part. An enum
 *       and a plain number of the same layout are equal. A record may declare a plain pointer as a number, its address.
 *   <li>The names of inner map definitions may differ.
 *   <li>The object must have each declared global variable in the same section, with a type of the same layout. Its offset in the
 *       section is the compiler's choice.
 *   <li>The object must have each declared program in the declared section. A section without a target stands for all targets.
 *   <li>Keys of arrays are compared by size only: the kernel reads them as an index, and headers spell them {@code __u32}.
 *   <li>Another name of a field or constant at the same place is a difference, because two fields of the same type may have changed places.
 *       So is another tag, unless one side has no tag.
 *   <li>A struct whose offsets the loader adapts to the running kernel is a difference, unless the kernel never changes the struct (UAPI).
 *   <li>A record may list the fields of an unnamed member beside the other fields, as C finds them there, or have fields of C in an unnamed
 *       struct.
 *   <li>An enum that already exists in C may have more constants.
 *   <li>Alignment is not compared: BTF does not contain it, and it shows in the offsets of the containing type.
 *   <li>An {@link OpaqueType} is compared by size only, because nothing else is known.
 *   <li>Declared types that no map uses, and types of events, are compared if the object has a type with the same tag.
 * </ul>
 *
 * <p>Each difference is reported once, even if several maps share a struct, the most informative first. Consequences of other differences
 * are left out: fields that moved because another field was inserted before them, and the size of their struct.
 *
 * <p>There are two comparisons, each with a {@link TypeComparison} of its own. Records of a foreign object
 * ({@link Schema#isForeign}) may leave out sizes and flags, use other names for types and fields at the same place, read the same
 * bytes in another way ({@link ReinterpretationCheck}), and state another sign ({@link FieldMeaning.Sign}).
 */
public final class SchemaComparison {
    private final Schema declared;
    private final Schema actual;
    private final List<Difference> found;
    private final TypeComparison types;
    private final MapComparison maps;

    private SchemaComparison(Schema declared, Schema actual, MapComparison maps) {
        this.declared = declared;
        this.actual = actual;
        this.maps = maps;
        this.types = maps.types;
        this.found = types.found;
    }

    /**
     * Compares the maps, global variables and types of {@code declared} with those of {@code actual}.
     *
     * @return the differences, the most informative first; empty if accessors for {@code declared} can use {@code actual}
     */
    public static List<Difference> compare(Schema declared, Schema actual) {
        return withObject(declared, actual).compare();
    }

    /**
     * Compares like {@link #compare(Schema, Schema)}, and also finds types that programs access at other offsets than the records. Records
     * of a foreign object may have such types: its authors use them in the same way.
     *
     * @param relocated tags of the structs whose offsets the loader replaces with those of the running kernel
     */
    public static List<Difference> compare(Schema declared, Schema actual, Set<String> relocated) {
        SchemaComparison comparison = withObject(declared, actual);
        List<NamedType> types = declared.isForeign() ? List.of() : declared.types();
        types.stream()
                .filter(type -> relocated.contains(type.name()) && !declared.isUapi(type.name()))
                .forEach(comparison::relocated);
        return comparison.compare();
    }

    private static SchemaComparison withObject(Schema declared, Schema actual) {
        List<Difference> found = new ArrayList<>();
        MapComparison maps = declared.isForeign()
                ? new MapComparison(declared, actual, Sides.FOREIGN_OBJECT, new ForeignTypeComparison(declared, found))
                : new MapComparison(declared, actual, Sides.OBJECT, new ObjectTypeComparison(declared, found));
        return new SchemaComparison(declared, actual, maps);
    }

    private List<Difference> compare() {
        declared.programs().forEach(this::program);
        maps.compare();
        declared.globals().forEach(this::global);
        types.alone(declared, actual);
        return found.stream()
                .distinct()
                .sorted(Comparator.comparing(Difference::aspect))
                .toList();
    }

    private void relocated(NamedType type) {
        found.add(DifferenceLocation.type()
                .in(type)
                .difference(
                        Aspect.RELOCATED,
                        "offsets that never change",
                        "those of the running kernel (preserve_access_index, as in vmlinux.h)"));
    }

    private void global(GlobalDef global) {
        DifferenceLocation where = DifferenceLocation.global(global.name());
        GlobalDef other = actual.global(global.name()).orElse(null);
        if (other == null) {
            found.add(where.difference(Aspect.GLOBAL, global.spelling(), Difference.MISSING));
            return;
        }
        if (!global.section().equals(other.section())) {
            found.add(where.difference(Aspect.SECTION, global.section(), other.section()));
        }
        types.part(where.ofGlobal(), global.type(), other.type());
    }

    private void program(ProgramDef program) {
        DifferenceLocation where = DifferenceLocation.program(program.name());
        ProgramDef other = actual.program(program.name()).orElse(null);
        if (other == null) {
            found.add(where.difference(Aspect.PROGRAM, program.spelling(), missing(program)));
        } else if (!program.acceptsSectionOf(other)) {
            found.add(where.difference(Aspect.PROGRAM_SECTION, program.spelling(), other.spelling()));
        }
    }

    /** Reports a missing program, and names the program that was probably meant, or else all programs. */
    private String missing(ProgramDef program) {
        List<String> others =
                actual.programs().stream().map(ProgramDef::name).sorted().toList();
        String existing = others.isEmpty() ? "no programs" : String.join(", ", others);
        return "missing in the object"
                + NearestNameFinder.in(others, program.name())
                        .map(name -> ": did you mean " + name + "?")
                        .orElse(", which has " + existing + "; a function without SEC(...) is not a program");
    }
}
