/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.Omittable;
import dev.nestmap.annotations.Removed;
import dev.nestmap.annotations.Was;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.BitFieldConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.TimeConversion;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.FieldMeaning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/** Reads the words for other versions, {@code @Was}, {@code @Removed} and {@code @Omittable}, and rejects those that contradict the records. */
record WordReader(ReaderContext context, List<FieldMeaning> words) {
    /** Reads the earlier names of the object that declares a map. */
    void object(String map) {
        AnnotationUse.on(context.topLevel(), BpfObject.class)
                .filter(context.problems()::isComplete)
                .ifPresent(use -> use.values("was")
                        .forEach(name -> words.add(new FieldMeaning.FormerObject(map, name.toString()))));
    }

    /**
     * Reads the words of one record.
     *
     * @param owner the struct or map whose components earlier versions had
     */
    void record(String owner, ClassName record) {
        TypeElement type = element(record);
        List<? extends RecordComponentElement> components = type.getRecordComponents();
        Set<String> taken = new HashSet<>();
        components.forEach(component -> taken.add(component.getSimpleName().toString()));
        for (RecordComponentElement component : components) {
            was(component).ifPresent(use -> checkNames(use, component, taken));
        }
        AnnotationUse.on(type, Removed.class)
                .filter(context.problems()::isComplete)
                .ifPresent(use -> {
                    checkNames(use, type, taken);
                    names(use)
                            .forEach(
                                    name -> words.add(new FieldMeaning.Removed(owner, CNameConverter.snakeCase(name))));
                });
    }

    /** Reads the words of one component, which is this field of the owner. */
    void component(String owner, String field, ClassName record, ComponentModel model) {
        RecordComponentElement component = element(record).getRecordComponents().stream()
                .filter(one -> one.getSimpleName().contentEquals(model.name()))
                .findFirst()
                .orElseThrow();
        was(component).ifPresent(use -> {
            List<Object> units = use.values("unit");
            if (units.size() > 1 || (units.isEmpty() && names(use).isEmpty())) {
                reject(
                        use,
                        component,
                        "it has " + units.size() + " units and no name",
                        "write the earlier names, or one unit");
            } else if (!units.isEmpty() && !isTime(model.conversion())) {
                reject(use, component, "only a Duration or an Instant has a unit", "remove the unit");
            }
            long perSecond = units.isEmpty() ? 0 : perSecond(units.get(0));
            words.add(new FieldMeaning.Was(
                    owner,
                    field,
                    names(use).stream().map(CNameConverter::snakeCase).toList(),
                    perSecond));
        });
        if (MoreElements.isAnnotationPresent(component, Omittable.class)) {
            words.add(new FieldMeaning.Omittable(owner, field));
        }
    }

    /** Reads the words of the constants of an enum. */
    void constants(String owner, EnumModel model) {
        Set<String> taken = new HashSet<>();
        List<Element> constants = element(model.javaType()).getEnclosedElements().stream()
                .filter(element -> element.getKind() == ElementKind.ENUM_CONSTANT)
                .map(Element.class::cast)
                .toList();
        constants.forEach(constant -> taken.add(constant.getSimpleName().toString()));
        for (Element constant : constants) {
            was(constant).ifPresent(use -> {
                checkNames(use, constant, taken);
                if (!use.values("unit").isEmpty()) {
                    reject(use, constant, "a constant has no unit", "remove the unit");
                }
                for (int i = 0; i < model.constants().size(); i++) {
                    if (constant.getSimpleName()
                            .contentEquals(model.constants().get(i).name())) {
                        String field = model.type().constants().get(i).name();
                        words.add(new FieldMeaning.Was(owner, field, names(use), 0));
                    }
                }
            });
        }
    }

    /** Rejects words at the components of an outer map, whose keys stay as they are. */
    void rejectKeys(ClassName record) {
        TypeElement type = element(record);
        Stream.concat(Stream.of(type), type.getRecordComponents().stream())
                .flatMap(element -> Stream.of(Was.class, Removed.class, Omittable.class)
                        .flatMap(word -> AnnotationUse.on(element, word).stream()))
                .forEach(use ->
                        reject(use, use.element(), "keys of an outer map are not converted", "remove the annotation"));
    }

    private static boolean isTime(Conversion conversion) {
        return conversion instanceof TimeConversion
                || (conversion instanceof BitFieldConversion bits && isTime(bits.whole()))
                || (conversion instanceof ArrayConversion array && isTime(array.element()));
    }

    private Optional<AnnotationUse> was(Element element) {
        return AnnotationUse.on(element, Was.class).filter(context.problems()::isComplete);
    }

    private static List<String> names(AnnotationUse use) {
        return use.values("value").stream().map(Object::toString).toList();
    }

    private static long perSecond(Object unit) {
        return switch (CTimeUnit.valueOf(((Element) unit).getSimpleName().toString())) {
            case SECONDS -> 1;
            case MILLIS -> 1_000;
            case MICROS -> 1_000_000;
            case NANOS -> 1_000_000_000;
        };
    }

    private void checkNames(AnnotationUse use, Element element, Set<String> taken) {
        List<String> names = new ArrayList<>(names(use));
        for (String name : names) {
            if (!SourceVersion.isIdentifier(name)) {
                reject(use, element, "\"" + name + "\" is no name", "write the earlier name, in Java or in C");
            }
            boolean isTaken = taken.stream()
                    .anyMatch(other -> CNameConverter.snakeCase(other).equals(CNameConverter.snakeCase(name)));
            if (isTaken) {
                reject(
                        use,
                        element,
                        "this version has " + name
                                + ", or another annotation for it, so it is not clear where its old values belong",
                        "if the component or constant is new, give it another name, because old values would be read into it. Otherwise,"
                                + " remove the annotation");
            }
            taken.add(name);
        }
    }

    private void reject(AnnotationUse use, Element element, String why, String remedy) {
        SourceLocation place = use.place();
        context.error(place, Rule.WORD_CONTRADICTS, "@" + use.name(), element.getSimpleName(), why, remedy);
    }

    private TypeElement element(ClassName name) {
        return context.elements().getTypeElement(name.canonicalName());
    }
}
