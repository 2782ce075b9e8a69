/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.lint.Finding;
import dev.nestmap.lint.LoadCheck;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.attach.KernelAttachment;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.ObjectInfoReader;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An object of libbpf has the declared maps and programs, and closes all of them. */
@KernelTest
@Tag("both-jdks")
class KernelObjectTest {
    /** In {@code struct bpf_map_info}. */
    private static final int BTF_KEY_TYPE_ID_AT = 68;

    private static final int BTF_VALUE_TYPE_ID_AT = 72;
    private static final Path BPFTOOL = Path.of("/usr/sbin/bpftool");
    private static final String OUTER = "a_name_longer_than_15_characters";

    private final KernelObject object = TestPrograms.load("nested", TestPrograms.object("nested.bpf.c"));

    @AfterEach
    void close() {
        object.close();
    }

    @Test
    void namesTheSlotThatLibbpfCanNotFill() {
        byte[] beyond = TestPrograms.object("bad_slots.bpf.c", "-DINDEX=5", "-DTARGET=gold");
        assertThatThrownBy(() -> TestPrograms.load("beyond", beyond))
                .isInstanceOfSatisfying(BpfException.class, e -> {
                    assertThat(e.map()).isEqualTo("tenant");
                    assertThat(e.key()).isEqualTo(5L);
                    assertThat(e.errno()).isEqualTo(Errno.E2BIG);
                })
                .hasMessageContaining("map gold could not be put into slot 5: the map has no such index");
        byte[] other = TestPrograms.object("bad_slots.bpf.c", "-DINDEX=3", "-DTARGET=wide");
        assertBpfException(
                        () -> TestPrograms.load("other", other),
                        "map wide could not be put into slot 3: the map does not accept it")
                .isOf("load of object other")
                .onMap("tenant")
                .atKey(3L)
                .hasErrno(Errno.EINVAL);
    }

    /** libbpf refuses an extern before it asks the kernel, with an errno of its own, which means something else if it is the kernel's. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "extern int CONFIG_ACME_HZ __kconfig; | CONFIG_ACME_HZ",
                "extern int acme_count(int cpu) __ksym; | acme_count(0)",
                "extern const int acme_total __ksym; | acme_total",
                "extern const void acme_symbol __ksym; | (long)&acme_symbol",
                "extern int bpf_task_release(int cpu) __ksym; | bpf_task_release(0)",
            })
    void namesTheExternThatLibbpfCanNotResolve(String declaration, String use) {
        byte[] object = TestPrograms.object("externs.bpf.c", "-DDECLARATION=" + declaration, "-DUSE=" + use);

        assertBpfException(
                        () -> TestPrograms.load("externs", object).close(),
                        "refused by libbpf",
                        "libbpf can't resolve the extern " + use.replaceAll("^\\(long\\)&|\\(0\\)$", "")
                                + ": the kernel",
                        "/boot/config-",
                        "declare it __weak, and test it before its use")
                .hasMessageNotContaining("tracepoint")
                .hasMessageNotContaining("the kernel rejected");
    }

    @Test
    void closesEverythingIfAttachmentsCanNotBeEnded() {
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            int number = i;
            KernelAttachment attachment = KernelAttachment.withoutLink(() -> {
                ended.incrementAndGet();
                if (number % 2 == 0) {
                    throw new IllegalStateException("attachment " + number);
                }
            });
            object.attachments().keep(attachment, new LibbpfObject.Attached("watch", 0, "program watch", null));
        }

        assertThrown(IllegalStateException.class, object::close)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

        assertThat(ended).hasValue(4);
        object.close(); // NoFdLeaks checks that the maps and programs are closed
        assertThat(ended).hasValue(4);
    }

    @Test
    void namesTheSecurityModuleThatLsmProgramsNeed() {
        assumeTrue(!KernelOption.LSM.isPresent(), "this kernel lets LSM programs be attached");
        byte[] lsm = TestPrograms.object("option.bpf.c", "-DSECTION=\"lsm/file_open\"");

        assertBpfException(() -> TestPrograms.load("option", lsm), "SEC(\"lsm/file_open\")", "/sys/kernel/security/lsm")
                .hasErrno(Errno.EPERM);
    }

    @Test
    void hasTheDeclaredMaps() {
        assertThat(object.maps()).containsOnlyKeys(OUTER, "entered");
        assertThat(map(object, OUTER).shape()).isEqualTo(new MapShape(OUTER, MapKind.HASH_OF_MAPS, 4, 4, 4, 0));
        assertThat(map(object, "entered").shape())
                .isEqualTo(new MapShape("entered", MapKind.ARRAY, 4, 8, 1, 0, 0, 0, null));
    }

    @Test
    void programsKnowTheirSectionsAndMaps() {
        assertThat(object.programs())
                .extracting(program -> program.name() + " " + program.section())
                .containsExactlyInAnyOrder(
                        "count xdp", "shorten xdp", "enter raw_tp/sys_enter", "anywhere raw_tp", "add syscall");
        assertThat(object.programs())
                .extracting(UntypedProgram::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id > 0);
        assertThat(object.mapIdsOf(TestPrograms.program(object, "count")))
                .contains(map(object, OUTER).id());
        assertThat(object.mapIdsOf(TestPrograms.program(object, "enter")))
                .isEqualTo(Set.of(map(object, "entered").id()));
        assertThat(object.mapIdsOf(TestPrograms.program(object, "add"))).isEmpty();
    }

    @Test
    void innerMapsAreOfTheDeclaredTypes() throws Exception {
        RawMap inner = object.inners(OUTER).create(new MapShape("flow", MapKind.HASH, 8, 16, 128, 0), null);
        OffHeapBlock block = OffHeapBlock.allocate(24);
        block.bytes().putInt(0, 443).putLong(8, 7);
        inner.update(block, 0, 8, 0);

        OffHeapBlock info = ObjectInfoReader.read(KernelMap.of(inner).fd(), 256, "a map");
        assertThat(info.bytes().getInt(BTF_KEY_TYPE_ID_AT)).isPositive();
        assertThat(info.bytes().getInt(BTF_VALUE_TYPE_ID_AT)).isPositive();
        assumeTrue(Files.isExecutable(BPFTOOL), "bpftool shows what other tools see");
        Process bpftool = new ProcessBuilder(BPFTOOL.toString(), "map", "dump", "id", "" + inner.id()).start();
        String shown = new String(bpftool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shown).containsPattern("\"source\": 443").containsPattern("\"packets\": 7");
        inner.close();
    }

    @Test
    void innerMapsHaveNoTypesIfTheKernelAcceptsNone() {
        MapFactory factory = object.inners(OUTER);

        RawMap devices = factory.create(new MapShape("devices", MapKind.DEVMAP, 4, 4, 1, 0), null);

        assertThat(devices.shape().kind()).isEqualTo(MapKind.DEVMAP);
        devices.close();
    }

    @Test
    void mapsOfAnObjectWorkUntilItCloses() {
        RawMap outer = map(object, OUTER);
        RawMap inner = object.inners(OUTER).create(new MapShape("flow", MapKind.HASH, 8, 16, 128, 0), null);
        OffHeapBlock block = OffHeapBlock.allocate(8);

        assertThat(outer.update(block, 0, inner, 0)).isZero();
        inner.close();
        assertThat(outer.lookup(block, 0, 4)).isZero();
        object.close();
        object.close();
        assertThat(outer.lookup(block, 0, 4)).isEqualTo(-ErrnoNumbers.EBADF);
    }

    @Test
    void theExceptionContainsTheVerifiersLog() {
        int before = NoFdLeaks.open().size();
        byte[] elf = TestPrograms.object("refused.bpf.c");

        BpfException refused = catchThrowableOfType(BpfException.class, () -> TestPrograms.load("refused", elf));

        assertThat(refused)
                .asInstanceOf(BPF_EXCEPTION)
                .isOf("load of object refused")
                .hasReason(Reason.REJECTED_BY_VERIFIER)
                .hasErrno(Errno.EACCES)
                .hasMessageContaining(": refused by Linux " + System.getProperty("os.version") + ": ")
                .hasMessageContaining("the result of bpf_map_lookup_elem is used before it is compared with NULL");
        assertThat(refused.log())
                .anyMatch(line -> line.contains("prog 'unchecked'"))
                .anyMatch(line -> line.contains("R0 invalid mem access 'map_value_or_null'"))
                .allMatch(line -> !line.contains("\n"));
        assertThat(refused.getMessage()).contains("R0 invalid mem access 'map_value_or_null'");
        assertThat(NoFdLeaks.open()).hasSize(before);
    }

    @Test
    void theExceptionContainsLibbpfsLog() {
        byte[] elf = TestPrograms.object("unknown_member.bpf.c");

        assertBpfException(
                        () -> TestPrograms.load("painted", elf),
                        "refused by libbpf 1.",
                        "map 'painted': unknown field 'colour'")
                .isOf("opening of object painted")
                .hasReason(Reason.NOT_SUPPORTED)
                .hasErrno(Errno.EOPNOTSUPP);
    }

    /** libbpf's log has only the number of the type. */
    @Test
    void theLinterNamesTheForwardDeclarationOfAnInnerMap() {
        byte[] elf = TestPrograms.object("forward.bpf.c");

        assertBpfException(() -> TestPrograms.load("forward", elf), "refused by libbpf 1.", "nestmap check OBJECT")
                .isOf("opening of object forward")
                .hasReason(Reason.WRONG_USE)
                .hasErrno(Errno.EINVAL);
        assertThat(rejected(elf))
                .contains("inner map flow_map")
                .contains("forward declaration of struct flow")
                .contains("define a global variable");
    }

    /** libbpf's log has only the number of the error. */
    @Test
    void theLinterSaysWhyTheKernelRefusesAMap() {
        String refused =
                ": refused by Linux " + System.getProperty("os.version") + ": EINVAL (22): the kernel rejected map ";
        String linter = ": nestmap check OBJECT names the rule that it breaks";
        String why =
                "it lacks BPF_F_NO_PREALLOC, without which the kernel rejects a BPF_MAP_TYPE_LPM_TRIE with EINVAL; add"
                        + " BPF_F_NO_PREALLOC to its map_flags: __uint(map_flags, BPF_F_NO_PREALLOC)";
        byte[] plain = TestPrograms.object("lpm.bpf.c");
        byte[] inner = TestPrograms.object("lpm.bpf.c", "-DINNER");

        assertBpfException(() -> TestPrograms.load("plain", plain))
                .isOf("load of object plain")
                .hasReason(Reason.WRONG_USE)
                .hasErrno(Errno.EINVAL)
                .hasMessageStartingWith("load of object plain" + refused + "routes" + linter);
        assertThat(rejected(plain)).isEqualTo("map routes: " + why);
        assertBpfException(() -> TestPrograms.load("inner", inner))
                .isOf("load of object inner")
                .hasErrno(Errno.EINVAL)
                .hasMessageStartingWith("load of object inner" + refused + "tenants" + linter);
        assertThat(rejected(inner)).isEqualTo("inner map routes_map: " + why);
    }

    private static String rejected(byte[] elf) {
        return LoadCheck.of("object", elf, List.of()).stream()
                .filter(problem -> problem.severity() == Finding.Severity.ERROR)
                .map(Finding::message)
                .findFirst()
                .orElseThrow();
    }

    /** libbpf tells root to raise a limit that has no effect since Linux 5.11. */
    @Test
    void aRefusalOfTheKernelIsNotAttributedToLibbpf() {
        byte[] elf = TestPrograms.object("nested.bpf.c");
        WatchedThread.watch(
                call -> call == SystemCall.PROG_LOAD ? Errno.EPERM : null,
                () -> assertBpfException(
                                () -> TestPrograms.load("nested", elf),
                                "refused by Linux ",
                                "has CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON")
                        .isOf("load of object nested")
                        .hasReason(Reason.NOT_PERMITTED)
                        .hasErrno(Errno.EPERM)
                        .hasMessageNotContainingAny("ulimit", "bump RLIMIT"));
    }

    @Test
    void otherFilesAreRejected() {
        byte[] text = "This is no object file, though it is longer than an ELF header is, which has 64 bytes."
                .getBytes(StandardCharsets.UTF_8);
        byte[] elf = TestPrograms.object("nested.bpf.c");

        assertBpfException(() -> TestPrograms.load("text", text), "not a BPF object file");
        assertBpfException(() -> TestPrograms.load("empty", new byte[0]), "refused by libbpf ")
                .isOf("opening of object empty")
                .hasErrno(Errno.EINVAL);
        assertBpfException(() -> TestPrograms.load("cut", Arrays.copyOf(elf, elf.length / 2)));
    }

    @Test
    void objectsDoNotShareMaps() {
        KernelObject other = TestPrograms.load("nested", TestPrograms.object("nested.bpf.c"));

        assertThat(map(object, OUTER).id()).isNotEqualTo(map(other, OUTER).id());
        assertInvalid(() -> object.mapIdsOf(TestPrograms.program(other, "count")))
                .hasMessage("program count does not belong to object nested");

        other.close();
    }

    static RawMap map(KernelObject of, String name) {
        return Objects.requireNonNull(of.maps().get(name), name);
    }
}
