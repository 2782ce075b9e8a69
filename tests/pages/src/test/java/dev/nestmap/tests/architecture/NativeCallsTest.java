/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.ThrowsClause;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LibC;
import dev.nestmap.runtime.internal.open.EventWait;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Some calls of the JDK and of the C library are right in one place only. */
class NativeCallsTest {
    private static final JavaClasses NESTMAP = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages(
                    "dev.nestmap.runtime",
                    "dev.nestmap.memory",
                    "dev.nestmap.untyped",
                    "dev.nestmap.kafka",
                    "dev.nestmap.cli");

    /** A second owner of a descriptor closes it twice. */
    @Test
    void onlyItsOwnerClosesADescriptor() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(Descriptor.class)
                .should()
                .callMethodWhere(target(owner(type(LibC.class))).and(target(name("close"))))
                .because("a Descriptor closes its number once")
                .check(NESTMAP);
    }

    /** Java 17 writes the numbers of a format in Arabic digits in Arabic locales, so a table or message would not be readable by programs. */
    @Test
    void formatsStateTheirLocale() {
        noClasses()
                .should()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(PrintStream.class, "printf", String.class, Object[].class)
                .because("the result must not depend on the locale: pass Locale.ROOT")
                .check(DependenciesTest.NESTMAP);
    }

    /** Such a wait returns at once in an interrupted thread, and the loop around it keeps a CPU busy. */
    @Test
    void waitsAreOfOneKind() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(UninterruptibleWait.class, EventWait.class)
                .should()
                .callMethodWhere(target(owner(type(LockSupport.class))).and(target(nameMatching("park.*"))))
                .because("an interrupt must not make a wait spin: use UninterruptibleWait")
                .check(NESTMAP);
    }

    /** Each of these ends, waits again, or reports the interrupt and goes on. All other methods throw the exception. */
    @Test
    void fewMethodsCatchAnInterrupt() {
        Set<String> catching = NESTMAP.stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> isInterruptible(call.getTarget().getThrowsClause())
                        && !isInterruptible(call.getOrigin().getThrowsClause())
                        && !call.getOrigin().getModifiers().contains(JavaModifier.SYNTHETIC))
                .map(call -> call.getOriginOwner().getSimpleName() + "."
                        + call.getOrigin().getName())
                .collect(Collectors.toSet());

        assertThat(catching)
                .as("an interrupt must not make a wait spin: use UninterruptibleWait, or throw the exception")
                .containsExactlyInAnyOrder(
                        "HeapWait.await", "Shipper.close", "ShipperThread.repeat", "UninterruptibleWait.await");
    }

    private static boolean isInterruptible(ThrowsClause<?> clause) {
        return clause.containsType(InterruptedException.class);
    }

    /** Such a read throws a ClosedByInterruptException in an interrupted thread. */
    @Test
    void readsOfFilesCannotBeInterrupted() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.nestmap.runtime..", "dev.nestmap.memory..", "dev.nestmap.untyped..")
                .should()
                .callMethodWhere(target(owner(type(FileChannel.class))).and(target(name("open"))))
                .orShould()
                .callMethodWhere(target(owner(type(Files.class))).and(target(nameMatching("lines|newByteChannel"))))
                .because(
                        "an interrupted thread can't read from a FileChannel: use readAllLines, newBufferedReader or RandomAccessFile")
                .check(NESTMAP);
    }
}
