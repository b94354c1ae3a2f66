/* SPDX-License-Identifier: MIT */
/* argv[1] -> a command; nothing else. */
int
main(void)
{
	return 2;
}
