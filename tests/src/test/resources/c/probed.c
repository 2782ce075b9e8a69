/* SPDX-License-Identifier: Apache-2.0 */
/* A library whose functions are probed, with a static tracepoint as sys/sdt.h (systemtap-sdt-dev) writes it. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

__asm__(".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
	".weak _.stapsdt.base\n"
	".hidden _.stapsdt.base\n"
	"_.stapsdt.base: .space 1\n"
	".size _.stapsdt.base,1\n"
	".popsection\n");

__attribute__((noinline)) int probed_first(int number)
{
	__asm__ volatile("990: nop\n"
			 ".pushsection .note.stapsdt,\"\",\"note\"\n"
			 ".balign 4\n"
			 ".4byte 992f-991f,994f-993f,3\n"
			 "991: .asciz \"stapsdt\"\n"
			 "992: .balign 4\n"
			 "993: .8byte 990b\n"
			 ".8byte _.stapsdt.base\n"
			 ".8byte 0\n"
			 ".asciz \"nestmap\"\n"
			 ".asciz \"called\"\n"
			 ".asciz \"-4@%0\"\n"
			 "994: .balign 4\n"
			 ".popsection\n"
			 :
			 : "r"(number));
	return number + 1;
}

__attribute__((noinline)) int probed_second(int number)
{
	return number + 2;
}

/* Writes a byte to a socket, and returns when it has read one. */
__attribute__((noinline)) int waiting_call(int socket)
{
	char byte = 0;

	return write(socket, &byte, 1) == 1 && read(socket, &byte, 1) == 1;
}

/* Returns when waiting_call runs, given the other end of its socket. */
int await_call(int socket)
{
	char byte;

	return read(socket, &byte, 1) == 1;
}

/* Lets waiting_call return, given the other end of its socket. */
int end_call(int socket)
{
	char byte = 0;

	return write(socket, &byte, 1) == 1;
}

/* Sends a frame through an interface, without the IP layer. The kernel parses its headers. */
int send_frame(const char *interface)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(0x0800), /* IPv4 */
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	unsigned char frame[64] = {[12] = 0x08};
	int sender = socket(AF_PACKET, SOCK_RAW, 0);
	int sent = sendto(sender, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) == sizeof(frame);

	close(sender);
	return sent;
}
