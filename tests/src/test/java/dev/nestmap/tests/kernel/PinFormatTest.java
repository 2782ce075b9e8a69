/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.Pinned.Total;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.untyped.UntypedMap;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Nothing opens or changes pins whose format a newer version of Nestmap has changed. */
@KernelTest
class PinFormatTest extends PinningTest {
    private static final Path CUSTOMER = Path.of("acme/customer");

    @Test
    void nothingOpensOrChangesPinsOfANewerFormat() throws IOException {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
        mark("acme", 2);
        List<String> before = fs.content();

        for (MapAccess access : MapAccess.values()) {
            refused(() -> PinnedBpf.CUSTOMER_MAP.openPinned(CUSTOMER, access, pins));
            refused(() -> UntypedMap.openPinned(fs.path("acme/customer"), access));
        }
        refused(() -> PinnedBpf.CUSTOMER_MAP.create(CUSTOMER, pins));
        refused(this::load);

        assertThat(fs.content()).isEqualTo(before);
    }

    @Test
    void theMessageNamesTheNewestFormat() throws IOException {
        load().close();
        mark("acme", 2);
        mark("acme", 3);

        assertBpfException(() -> PinnedBpf.TOTAL_MAP.openPinned(Path.of("acme/total"), MapAccess.READ_ONLY, pins))
                .hasMessage("opening of the pin " + fs.pin("acme/total") + ": the pins in " + fs.path("acme")
                        + " have format 3, as the directory "
                        + fs.path("acme/format-3")
                        + " says, and this version of Nestmap knows only format 1. It leaves them unchanged. Use the version of"
                        + " Nestmap that wrote them, or a newer one");
    }

    /** Otherwise, a new outer map would stand beside displaced maps that this version can't read. */
    @Test
    void aFormatIsRefusedEvenIfTheOuterMapIsGone() throws IOException {
        mark("acme", 2);

        refused(this::load);
        refused(() -> PinnedBpf.CUSTOMER_MAP.create(CUSTOMER, pins));
        assertThat(fs.content()).doesNotContain("acme/customer", "acme/site", "acme/total");
    }

    /** A newer version can't change the format as long as another process owns the pins. */
    @Test
    void aRunningProcessNoticesANewFormatWhenItBecomesTheOwner() throws IOException {
        try (PinnedBpf bpf = load();
                CustomerMap.Owned other = PinnedBpf.CUSTOMER_MAP.openPinned(CUSTOMER, MapAccess.READ_WRITE, pins)) {
            mark("acme", 2);

            refused(() -> bpf.customer().create(43));
            refused(() -> bpf.customer().rotate(42));
            refused(() -> bpf.customer().rotateAll(List.of(42L)));
            refused(() -> bpf.customer().waitingTickets());
            refused(() -> other.discard(42));
            bpf.total().put(new Total(1, 5)); // which changes no pin
        }
    }

    /** Builds from before the sets pinned a map at the path that its record declares, and an empty inner map beside it. */
    @Test
    void pinsOfAnEarlierBuildAreRefused() throws IOException {
        load().close();
        Path pin = fs.path("acme/customer");
        Files.delete(pin); // the symbolic link
        Files.move(fs.pin("acme/customer"), pin);
        Files.move(fs.path("acme/customer-schema"), fs.path("acme").resolve("customer-prototype"));
        refusedUnchanged(
                pin, "an earlier build of Nestmap has pinned this outer map", "nestmap end " + pin + " --output FILE");
    }

    /** Later builds pinned it in a set, but without a text that says what the entries mean. */
    @Test
    void aSetWithoutTextsIsRefused() throws IOException {
        load().close();
        Path pin = fs.pin("acme/customer");
        Path text = fs.path("acme/customer-schema");
        Files.move(text, text.resolveSibling("customer-prototype"));
        refusedUnchanged(
                pin,
                "there is no text " + text,
                "an earlier build of Nestmap has pinned the map",
                "nestmap end " + pin + " --output FILE");

        Files.delete(text.resolveSibling("customer-prototype"));
        refusedUnchanged(
                pin,
                "there is no text " + text,
                "somebody has removed it",
                "First save the counts (nestmap tree " + pin);
    }

    /** Other software has replaced the map, and not the text. */
    @Test
    void aMapWithTheTextOfAnotherOneIsRefused() throws IOException {
        load().close();
        Path pin = fs.pin("acme/customer");
        Path site = fs.pin("acme/site");
        int described;
        int other;
        try (UntypedMap.Owned first = Objects.requireNonNull(UntypedMap.openPinned(pin, MapAccess.READ_ONLY));
                UntypedMap.Owned second = Objects.requireNonNull(UntypedMap.openPinned(site, MapAccess.READ_ONLY))) {
            described = first.id();
            other = second.id();
        }
        Files.delete(pin);
        Files.createLink(pin, site);
        refusedUnchanged(
                pin,
                "the map that is pinned there has id " + other,
                "describes the map with id " + described,
                "other software has replaced the map");
    }

    /** Who may write the directory can replace a text by one that any parser accepts. */
    @Test
    void aTextOfAnotherKindOfMapIsRefused() throws IOException {
        load().close();
        Path pin = fs.pin("acme/customer");
        Path file = pin.resolveSibling("customer" + PinNames.SCHEMA);
        MapDef plain = new MapDef("customer", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.U32, Scalar.U64, null);
        try (UntypedMap.Owned map = Objects.requireNonNull(UntypedMap.openPinned(pin, MapAccess.READ_ONLY))) {
            Schema schema = new Schema("com.acme.Other", "other", List.of(), List.of(), List.of(plain));
            Files.delete(file);
            KernelPins kernel = new KernelPins();
            String set = kernel.directory(PinNames.setOf(pin));
            String text =
                    PinnedMapText.of(schema, plain, map.id(), "customer", set).print();
            kernel.write(file, text, pins);
        }
        assertBpfException(() -> UntypedOuterMap.openForOwner(pin, null))
                .hasMessageContaining("its text (nestmap pins --schema) describes the map type ARRAY");
    }

    private void refusedUnchanged(Path pin, String... messages) throws IOException {
        List<String> before = fs.content();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                this::load,
                () -> PinnedBpf.CUSTOMER_MAP.openPinned(CUSTOMER, MapAccess.READ_ONLY, pins),
                () -> UntypedOuterMap.openForOwner(pin, null))) {
            assertBpfException(call).satisfies(e -> assertThat(e).hasMessageContainingAll(messages));
        }
        assertThat(fs.content()).isEqualTo(before);
    }

    @Test
    void linksHaveAFormatToo() throws IOException {
        mark("links", 2);

        assertBpfException(() -> Nestmap.openPinnedLink(fs.path("links/count"))).hasMessageContaining("have format 2");
    }

    private void mark(String set, int format) throws IOException {
        Files.createDirectories(fs.path(set).resolve("format-" + format));
    }

    private static void refused(ThrowingCallable call) {
        assertBpfException(call).hasMessageContaining("have format 2").hasMessageContaining("knows only format 1");
    }

    private PinnedBpf load() {
        return PinnedBpf.open(BpfObjects.of("pinned")).pins(pins).load();
    }
}
