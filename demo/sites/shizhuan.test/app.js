"use strict";

const root = document.getElementById("app");

function add(parent, tag, text, className) {
  const node = document.createElement(tag);
  node.textContent = text || "";
  if (className) node.className = className;
  parent.append(node);
  return node;
}

function frame() {
  const nav = add(root, "nav");
  for (const [text, href] of [["拾砖众筹", "/"], ["关于我们", "/about.html"]]) add(nav, "a", text).href = href;
  return add(root, "section");
}

function foot() {
  add(root, "footer", "云栈市拾砖信息科技有限公司　粤ICP备2023118406号　客服 400-000-0393");
}

function home(main, data) {
  const cover = add(main, "div", "", "cover");
  add(cover, "h1", data.slogan);
  add(cover, "p", data.promise);
  for (const project of data.projects) {
    const card = add(main, "div", "", "project");
    add(card, "h2", project.name);
    add(card, "p", project.summary);
    add(card, "a", "查看项目").href = "/project/" + project.id;
  }
}

function detail(main, project) {
  const card = add(main, "div", "", "project");
  add(card, "h1", project.name);
  for (const paragraph of project.text) add(card, "p", paragraph);
  add(card, "button", "立即认购");
}

async function show() {
  const main = frame();
  const data = await (await fetch("/data/projects.json")).json();
  const id = location.pathname.split("/")[2];
  if (id) detail(main, data.projects.find((project) => String(project.id) === id));
  else home(main, data);
  foot();
}

show();
