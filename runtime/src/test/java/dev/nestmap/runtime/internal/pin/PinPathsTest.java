/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Paths of pins do not collide. */
class PinPathsTest {
    @Test
    void theRootIsNoPin() {
        assertInvalid(() -> new PinPaths(Path.of("/"), PinOptions.defaults(), MapAccess.READ_WRITE))
                .hasMessage("the path / names a directory: pass the path of a pin, such as acme/tenant");
    }

    /** The owner of a set empties its directory {@code next}. */
    @Test
    void noSetIsInADirectoryThatAnotherSetNeeds() {
        PinOptions next = PinOptions.in(Path.of("/sys/fs/bpf/x/next"));
        for (Runnable pin : List.<Runnable>of(
                () -> new DeclaredPin("tenant", "tenant", true).path(next),
                () -> new DeclaredPin("tenant", "/sys/fs/bpf/x/owner/tenant", true).path(PinOptions.defaults()),
                () -> LinkPin.at(Path.of("/sys/fs/bpf/x/next/count")))) {
            assertInvalid(pin::run).hasMessageContaining("in each directory of pins");
        }
        assertThat(new DeclaredPin("tenant", "x/now/tenant", true).path(PinOptions.defaults()))
                .isEqualTo(Path.of("/sys/fs/bpf/x/now/tenant"));
    }

    /** The processor rejects longer keys and names. */
    @Test
    void theLongestNamesOfAllFilesHaveRoom() throws ReflectiveOperationException {
        PinPaths pin = named("t".repeat(PinNames.MOST_OF_PIN));
        String key = "a".repeat(PinNames.MOST_OF_KEY);
        List<Path> keyed = List.of(
                pin.inner(key),
                pin.nextInner(key),
                pin.draining(key, -1, true),
                PinPaths.draining(pin.settled(pin.retired(-1)), key, -1, true));
        List<Path> all = new ArrayList<>(keyed);
        for (Path of : List.of(pin.outer(), pin.requests(), pin.uncounted(), pin.lostEvents())) {
            PinPaths paths = named(String.valueOf(of.getFileName()));
            all.add(paths.settled(paths.retired(-1)));
            for (Method method : PinPaths.class.getDeclaredMethods()) {
                boolean isFile = Path.class.equals(method.getReturnType())
                        && method.getParameterCount() == 0
                        && !Modifier.isPrivate(method.getModifiers());
                boolean isMap = List.of("requests", "uncounted", "lostEvents").contains(method.getName());
                if (isFile && !(isMap && !of.equals(pin.outer()))) {
                    all.add((Path) method.invoke(paths));
                }
            }
        }

        assertThat(keyed).map(PinPathsTest::longestName).contains(PinNames.MOST);
        assertThat(all).hasSizeGreaterThan(35).map(PinPathsTest::longestName).allMatch(size -> size <= PinNames.MOST);
        all.removeAll(keyed);
        assertThat(all).map(PinPathsTest::longestName).contains(PinNames.MOST);
    }

    private static PinPaths named(String name) {
        return new PinPaths(Path.of("/sys/fs/bpf", name), PinOptions.defaults(), MapAccess.READ_WRITE);
    }

    private static int longestName(Path path) {
        return StreamSupport.stream(path.spliterator(), false)
                .mapToInt(name -> name.toString().length())
                .max()
                .orElseThrow();
    }
}
