/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.ClassName;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.BitFieldConversion;
import dev.nestmap.processor.model.BooleanConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Discriminator;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.NumberConversion;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.CNameConverter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/**
 * Finds the component that selects the member of a union, and its values for each member.
 *
 * @param component the component that is the union
 */
record DiscriminatorFinder(ReaderContext context, Component component, UnionModel union) {
    /**
     * The discriminator of the component.
     *
     * @param siblings the components of the same struct
     */
    Optional<Discriminator> of(List<ComponentModel> siblings) {
        if (union.discriminator().isEmpty()) {
            untagged("@Union on " + union.javaType().simpleName() + " names no discriminator");
            return Optional.empty();
        }
        String name = union.discriminator().get();
        for (ComponentModel sibling : siblings) {
            if (sibling.name().equals(name) && sibling.conversion() instanceof NumberConversion number) {
                List<Discriminator.Case> cases = new Cases(number).read();
                return Optional.of(new Discriminator(union, name, sibling.offset(), number, cases));
            }
        }
        context.error(component, Rule.DISCRIMINATOR_MISSING, union.javaType().simpleName(), name);
        return Optional.empty();
    }

    /** Reports that the union has no discriminator. */
    void untagged(String why) {
        context.error(component, Rule.UNION_UNTAGGED, union.javaType().simpleName(), why);
    }

    /** The members of the union under one discriminator. */
    private final class Cases {
        private final NumberConversion discriminator;
        /** The discriminator, or for a bit-field its conversion without the bits. */
        private final NumberConversion whole;

        private final Map<Long, UnionModel.Member> seen = new HashMap<>();

        Cases(NumberConversion discriminator) {
            this.discriminator = discriminator;
            this.whole = discriminator instanceof BitFieldConversion bits ? bits.whole() : discriminator;
        }

        List<Discriminator.Case> read() {
            List<Discriminator.Case> all = new ArrayList<>();
            for (UnionModel.Member member : union.members()) {
                List<Long> numbers = new ArrayList<>();
                member.cases().forEach(number -> addNumber(member, number, numbers));
                constants(member).forEach(constant -> addConstant(member, constant, numbers));
                if (member.cases().isEmpty() && constants(member).isEmpty()) {
                    report(member, Rule.CASE_MISSING, union.discriminator().orElse(""));
                }
                all.add(new Discriminator.Case(member, numbers));
            }
            return all;
        }

        /** The values in the member's {@code @Union.Case}, or else the constant with the member's name. */
        private List<String> constants(UnionModel.Member member) {
            if (!member.constants().isEmpty() || !member.cases().isEmpty()) {
                return member.constants();
            }
            String name = CNameConverter.upperCase(member.record().simpleName());
            return enumeration().stream()
                    .flatMap(model -> model.constants().stream())
                    .map(EnumModel.Constant::name)
                    .filter(constant -> CNameConverter.upperCase(constant).equals(name))
                    .toList();
        }

        private void addNumber(UnionModel.Member member, long number, List<Long> numbers) {
            if (isPossible(number)) {
                add(member, number, numbers);
            } else {
                report(member, Rule.CASE_OUT_OF_RANGE, number, described());
            }
        }

        private void addConstant(UnionModel.Member member, String constant, List<Long> numbers) {
            enumeration().stream()
                    .flatMap(model -> model.constants().stream())
                    .filter(found -> found.name().equals(constant))
                    .findFirst()
                    .ifPresentOrElse(
                            found -> add(member, found.number(), numbers),
                            () -> report(member, Rule.CASE_OUT_OF_RANGE, constant, described()));
        }

        private void add(UnionModel.Member member, long number, List<Long> numbers) {
            UnionModel.Member former = seen.putIfAbsent(number, member);
            if (former != null) {
                report(member, Rule.CASE_TWICE, former.record().simpleName(), number);
            }
            numbers.add(number);
        }

        private boolean isPossible(long number) {
            if (whole instanceof BooleanConversion) {
                return number == 0 || number == 1;
            }
            return enumeration()
                    .map(model -> model.constants().stream().anyMatch(constant -> constant.number() == number))
                    .orElseGet(() -> isInRange(number));
        }

        private boolean isInRange(long number) {
            long bits = discriminator instanceof BitFieldConversion field
                    ? field.field().bits()
                    : discriminator.type().size() * Byte.SIZE;
            boolean signed = discriminator.type().carrier().orElseThrow().signed();
            int unused = Math.toIntExact(Long.SIZE - bits); // at 64 bits, every long is a possible value
            return number == (signed ? number << unused >> unused : number << unused >>> unused);
        }

        private Optional<EnumModel> enumeration() {
            return whole instanceof EnumConversion enumeration ? Optional.of(enumeration.model()) : Optional.empty();
        }

        private String described() {
            return "discriminator \"" + union.discriminator().orElse("") + "\" of type " + discriminator.javaType();
        }

        /** Reports a problem at the member if this header declares it, and otherwise at the component that uses it. */
        private void report(UnionModel.Member member, Rule rule, Object... args) {
            ClassName name = member.record();
            TypeElement record = context.elements().getTypeElement(name.canonicalName());
            boolean here = record != null && context.declares(record);
            List<Object> all = new ArrayList<>(List.of(name.simpleName()));
            all.addAll(List.of(args));
            context.error(here ? SourceLocation.of(record) : component.place(), rule, all.toArray());
        }
    }
}
