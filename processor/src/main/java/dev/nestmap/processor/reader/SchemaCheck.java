/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.header.HeaderIdentifier;
import dev.nestmap.header.HeaderIdentifiers;
import dev.nestmap.lint.rules.RecordRules;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.lint.rules.RuleViolation;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.reader.map.MapAnnotation;
import dev.nestmap.processor.reader.map.MapDefinitionsByAnnotation;
import dev.nestmap.processor.reader.map.MapKeyReader;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;

/** Checks a whole schema: the rules about maps, and whether names clash. */
record SchemaCheck(ReaderContext context) {
    /**
     * Checks a schema.
     *
     * @param definitions the definitions of its maps, by the annotations that declare them
     */
    void check(ObjectModel model, MapDefinitionsByAnnotation definitions) {
        Schema schema = model.schema();
        definitions.ofRecords().forEach((annotation, map) -> checkMap(schema, annotation, map));
        definitions.resized().forEach((annotation, map) -> checkSize(schema, annotation.place("innerMaxEntries"), map));
        if (!schema.isForeign()) {
            checkNames(schema);
        }
        new GeneratedNameCheck(context).check(model);
        if (!context.problems().isReported()) { // a map with such entries is reported above
            checkSizes(schema);
        }
    }

    /** Rejects types whose bytes Java can't address. */
    private void checkSizes(Schema schema) {
        for (NamedType type : schema.types()) {
            if (Long.compareUnsigned(type.size(), Integer.MAX_VALUE) > 0) {
                context.names().places(type.name()).stream()
                        .findFirst()
                        .ifPresent(place -> context.error(
                                place,
                                Rule.SIZE_OUT_OF_RANGE,
                                place.element().getSimpleName(),
                                Long.toUnsignedString(type.size())));
            }
        }
    }

    private SourceLocation topLevel() {
        return SourceLocation.of(context.topLevel());
    }

    /** Checks the names that the header declares. */
    private void checkNames(Schema schema) {
        Set<List<String>> reported = new HashSet<>();
        HeaderIdentifiers.clashes(schema, context.names().prefix()).stream()
                .filter(clash -> !isOneEnum(clash))
                .filter(clash -> reported.add(
                        List.of(clash.first().owner(), clash.second().owner())))
                .forEach(this::report);
        List<HeaderIdentifier> names =
                HeaderIdentifiers.of(schema, context.names().prefix());
        names.stream().filter(name -> isInBtf(name, schema)).forEach(this::checkLength);
        names.stream()
                .filter(name -> name.space() == HeaderIdentifier.Space.ORDINARY)
                .forEach(name -> context.names().checkFunction(name.identifier(), place(name)));
        names.stream()
                .filter(name -> name.space() == HeaderIdentifier.Space.TAG && schema.defines(name.identifier()))
                .forEach(name -> context.names().checkTag(name.identifier(), place(name)));
    }

    /** Checks each definition separately, so that a finding is reported for the right map if two maps have the same name. */
    private void checkMap(Schema schema, MapAnnotation annotation, MapDef map) {
        findings(schema, map).forEach(finding -> context.problems().error(place(finding.part(), annotation), finding));
        if (map.kind().isPerCpu() && !schema.isForeign()) {
            schema.programs().stream()
                    .filter(ProgramDef::interruptsItself)
                    .findFirst()
                    // A note, and no error: the program may use atomic instructions, or not use this map.
                    .ifPresent(program -> context.problems()
                            .note(
                                    annotation.place(),
                                    Rule.COUNTS_INTERRUPTED,
                                    program.name(),
                                    program.spelling(),
                                    map.name(),
                                    Rule.RUNS_INTERRUPT));
        }
    }

    /** Checks an inner map with another size. Problems that its record also has are reported only at the record. */
    private void checkSize(Schema schema, SourceLocation place, MapDef map) {
        List<Rule> ofRecord = Optional.ofNullable(map.definition()).flatMap(schema::map).stream()
                .flatMap(inner -> findings(schema, inner).stream())
                .map(RuleViolation::rule)
                .toList();
        findings(schema, map).stream()
                .filter(finding -> !ofRecord.contains(finding.rule()))
                .forEach(finding -> context.problems().error(place, finding));
    }

    private static List<RuleViolation> findings(Schema schema, MapDef map) {
        return RecordRules.check(schema.withMaps(List.of(map)));
    }

    private static SourceLocation place(RuleViolation.Part part, MapAnnotation annotation) {
        return switch (part) {
            case MAX_ENTRIES -> annotation.place("maxEntries");
            case KIND -> annotation.place("type");
            case FLAGS -> annotation.place("flags");
            case NUMA_NODE -> annotation.place("numaNode");
            case EXTRA -> annotation.place("mapExtra");
            case KEY -> onlyComponent(annotation, true);
            case VALUE -> onlyComponent(annotation, false);
        };
    }

    /** The component of the key or value, or the record if there are several. */
    private static SourceLocation onlyComponent(MapAnnotation annotation, boolean key) {
        boolean allKey = annotation.role() == MapRole.OUTER;
        List<? extends RecordComponentElement> components = annotation.record().getRecordComponents().stream()
                .filter(component -> (allKey || MapKeyReader.isKey(component)) == key)
                .toList();
        return SourceLocation.of(components.size() == 1 ? components.get(0) : annotation.record());
    }

    /** Whether two constants of one enum clash. {@code EnumReader} has already reported these. */
    private boolean isOneEnum(HeaderIdentifiers.Clash clash) {
        String owner = clash.first().owner();
        return owner.equals(clash.second().owner())
                && context.names().places(owner).size() == 1
                && context.names().places(owner).get(0).element().getKind() == ElementKind.ENUM;
    }

    private void report(HeaderIdentifiers.Clash clash) {
        boolean isSecondOfHeader = clash.second().owner().isEmpty(); // no declaration in Java that can be renamed
        HeaderIdentifier renamed = isSecondOfHeader ? clash.first() : clash.second();
        HeaderIdentifier other = isSecondOfHeader ? clash.second() : clash.first();
        List<SourceLocation> formerPlaces = context.names().places(other.owner());
        SourceLocation place = place(renamed);
        SourceLocation former = formerPlaces.isEmpty() ? topLevel() : formerPlaces.get(0);
        context.error(
                place, Rule.C_NAME_CLASH, described(renamed, place), renamed.identifier(), described(other, former));
    }

    /**
     * Whether the length of a name must be checked, because it is in BTF. Helpers are inlined, so they are not in BTF. The lengths of
     * enumerators have already been checked.
     */
    private static boolean isInBtf(HeaderIdentifier name, Schema schema) {
        boolean isOwn = name.identifier().equals(name.owner()) || name.owner().equals(schema.header());
        return name.space() == HeaderIdentifier.Space.TAG || (name.space() == HeaderIdentifier.Space.ORDINARY && isOwn);
    }

    /** Checks the length of a generated name. It can be too long even if the declared name that it begins with is not. */
    private void checkLength(HeaderIdentifier name) {
        SourceLocation place = place(name);
        if (!context.problems().has(place, Rule.NAME_TOO_LONG)) {
            context.names().checkLength(name.identifier(), place, CNameChooser.Named.DECLARATION);
        }
    }

    /** The last declaration of the name's owner, or the top-level type if the owner is no declaration. */
    private SourceLocation place(HeaderIdentifier name) {
        List<SourceLocation> places = context.names().places(name.owner());
        return places.isEmpty() ? topLevel() : places.get(places.size() - 1);
    }

    /** The C declaration and the Java type that it comes from, if it has one, for a message. */
    private static String described(HeaderIdentifier name, SourceLocation place) {
        return name.owner().isEmpty() ? name.what() : name.what() + " (" + place.element() + ")";
    }
}
