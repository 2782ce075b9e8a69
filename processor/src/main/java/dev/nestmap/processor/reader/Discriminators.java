/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.binding.BitFieldConversion;
import dev.nestmap.processor.binding.BooleanConversion;
import dev.nestmap.processor.binding.ComponentBinding;
import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.Discriminator;
import dev.nestmap.processor.binding.EnumBinding;
import dev.nestmap.processor.binding.EnumConversion;
import dev.nestmap.processor.binding.NumberConversion;
import dev.nestmap.processor.binding.UnionBinding;
import dev.nestmap.schema.EnumType;
import dev.nestmap.schema.Scalar;
import dev.nestmap.schema.rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/** Finds what says which member a union is, and which of its values stand for each member. */
record Discriminators(TypeElement topLevel, ReaderContext context, Problems problems) {
    /**
     * What says it of this component.
     *
     * @param siblings the components of the same struct
     */
    Optional<Discriminator> of(Component component, UnionBinding union, List<ComponentBinding> siblings) {
        if (union.discriminator().isEmpty()) {
            untagged(component, union, union.union().simpleName() + " names no discriminator");
            return Optional.empty();
        }
        String name = union.discriminator().get();
        for (ComponentBinding sibling : siblings) {
            if (sibling.name().equals(name) && sibling.conversion() instanceof NumberConversion number) {
                return Optional.of(new Discriminator(
                        union, name, sibling.offset(), number, new Cases(component, union, number).read()));
            }
        }
        problems.error(
                component.place(),
                Rule.NO_DISCRIMINATOR,
                component.qualifiedName(),
                union.union().simpleName(),
                name,
                name);
        return Optional.empty();
    }

    /** Says that nothing says it. */
    void untagged(Component component, UnionBinding union, String why) {
        problems.error(
                component.place(),
                Rule.UNION_UNTAGGED,
                component.qualifiedName(),
                union.union().simpleName(),
                why);
    }

    /** The members of one union under one discriminator. */
    private final class Cases {
        private final Component component;
        private final UnionBinding union;
        private final NumberConversion discriminator;
        private final Map<Long, UnionBinding.Member> seen = new HashMap<>();

        Cases(Component component, UnionBinding union, NumberConversion discriminator) {
            this.component = component;
            this.union = union;
            this.discriminator = discriminator;
        }

        List<List<Long>> read() {
            List<List<Long>> all = new ArrayList<>();
            for (UnionBinding.Member member : union.members()) {
                List<Long> numbers = new ArrayList<>();
                member.cases().forEach(number -> addNumber(member, number, numbers));
                constants(member).forEach(constant -> addConstant(member, constant, numbers));
                if (member.cases().isEmpty() && constants(member).isEmpty()) {
                    tell(member, Rule.CASE_MISSING, union.discriminator().orElse(""));
                }
                all.add(numbers);
            }
            return all;
        }

        /** What the member declares; where it declares nothing, the constant that is called like it. */
        private List<String> constants(UnionBinding.Member member) {
            if (!member.constants().isEmpty() || !member.cases().isEmpty()) {
                return member.constants();
            }
            String name = CNames.upperCase(member.record().simpleName());
            return enumeration().stream()
                    .flatMap(binding -> binding.constants().stream())
                    .filter(constant -> CNames.upperCase(constant).equals(name))
                    .toList();
        }

        private void addNumber(UnionBinding.Member member, long number, List<Long> numbers) {
            if (isPossible(number)) {
                add(member, number, numbers);
            } else {
                tell(member, Rule.NO_SUCH_CASE, number, described());
            }
        }

        private void addConstant(UnionBinding.Member member, String constant, List<Long> numbers) {
            Optional<Long> number = enumeration()
                    .filter(binding -> binding.constants().contains(constant))
                    .map(binding -> binding.type()
                            .constants()
                            .get(binding.constants().indexOf(constant))
                            .value());
            number.ifPresentOrElse(
                    found -> add(member, found, numbers), () -> tell(member, Rule.NO_SUCH_CASE, constant, described()));
        }

        private void add(UnionBinding.Member member, long number, List<Long> numbers) {
            UnionBinding.Member former = seen.putIfAbsent(number, member);
            if (former != null) {
                tell(member, Rule.CASE_TWICE, former.record().simpleName(), number);
            }
            numbers.add(number);
        }

        private boolean isPossible(long number) {
            Conversion whole = discriminator instanceof BitFieldConversion bits ? bits.whole() : discriminator;
            if (whole instanceof BooleanConversion) {
                return number == 0 || number == 1;
            }
            return enumeration()
                    .map(binding -> binding.type().constants().stream()
                            .map(EnumType.Constant::value)
                            .anyMatch(value -> value == number))
                    .orElseGet(() -> isInRange(number));
        }

        private boolean isInRange(long number) {
            long bits = discriminator instanceof BitFieldConversion field
                    ? field.field().bits()
                    : discriminator.type().size() * Byte.SIZE;
            int unused = Math.toIntExact(Long.SIZE - bits);
            boolean signed = discriminator.type() instanceof Scalar scalar && scalar.signed();
            return number == (signed ? number << unused >> unused : number << unused >>> unused);
        }

        private Optional<EnumBinding> enumeration() {
            Conversion whole = discriminator instanceof BitFieldConversion bits ? bits.whole() : discriminator;
            return whole instanceof EnumConversion enumeration ? Optional.of(enumeration.binding()) : Optional.empty();
        }

        private String described() {
            return union.discriminator().orElse("") + " (" + discriminator.javaType() + ")";
        }

        /** At the member where it is declared here, else at the component that uses it. */
        private void tell(UnionBinding.Member member, Rule rule, Object... args) {
            ClassName name = member.record();
            TypeElement record = context.elements().getTypeElement(name.canonicalName());
            boolean here = record != null && Enclosing.topLevel(record).equals(topLevel);
            List<Object> all = new ArrayList<>(List.of(name.simpleName()));
            all.addAll(List.of(args));
            problems.error(here ? Place.of(record) : component.place(), rule, all.toArray());
        }
    }
}
