import { expect, test } from "vitest";
import { vagrantfile } from "#providers/disk-format/vagrant/vagrantfile";

test("settings are the provider's; without any there is no block for it", () => {
  expect(vagrantfile("virtualbox", ['customize ["modifyvm", :id, "--firmware", "efi64"]'])).toBe(`Vagrant.configure("2") do |config|
  config.vm.synced_folder ".", "/vagrant", disabled: true # no guest additions, no NFS
  config.vm.provider :virtualbox do |machine|
    machine.customize ["modifyvm", :id, "--firmware", "efi64"]
  end
end
`);
  expect(vagrantfile("libvirt", [])).not.toContain("provider");
});
